"""A stack for an agent's desk: an application, its association, a knowledge base.

    python agent_desk_stack.py INSTANCE_ARN

The stack is created, updated and deleted. Beside ``mock_appintegrations()`` it needs
moto, for AWS CloudFormation.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import boto3

STACK = "agent-desk"
KEY = "arn:aws:kms:us-east-1:123456789012:key/11111111-2222-4333-8444-555555555555"


def template(instance_arn: str, description: str) -> str:
    """The template of the stack."""
    config = {
        "ExternalUrlConfig": {
            "AccessUrl": "https://desk.example.com",
            "ApprovedOrigins": [],
        }
    }
    resources = {
        "Association": {
            "Type": "AWS::Connect::IntegrationAssociation",
            "Properties": {
                "InstanceId": instance_arn,
                "IntegrationType": "APPLICATION",
                "IntegrationArn": {"Fn::GetAtt": ["Desk", "ApplicationArn"]},
            },
        },
        "Desk": {
            "Type": "AWS::AppIntegrations::Application",
            "Properties": {
                "Name": "Desk",
                "Namespace": "example.desk",
                "Description": description,
                "ApplicationSourceConfig": config,
            },
        },
        "Articles": {
            "Type": "AWS::AppIntegrations::DataIntegration",
            "Properties": {
                "Name": "articles",
                "KmsKey": KEY,
                "SourceURI": "Salesforce://AppFlow/articles",
            },
        },
        "Knowledge": {
            "Type": "AWS::Wisdom::KnowledgeBase",
            "Properties": {
                "Name": "articles",
                "KnowledgeBaseType": "EXTERNAL",
                "SourceConfiguration": {
                    "AppIntegrations": {
                        "AppIntegrationArn": {
                            "Fn::GetAtt": ["Articles", "DataIntegrationArn"]
                        }
                    }
                },
            },
        },
    }
    outputs = {
        "Desk": {"Value": {"Ref": "Desk"}},
        "Knowledge": {"Value": {"Ref": "Knowledge"}},
    }
    return json.dumps({"Resources": resources, "Outputs": outputs})


def outputs(cloudformation: Any) -> dict[str, str]:
    """What the stack tells."""
    stack = cloudformation.describe_stacks(StackName=STACK)["Stacks"][0]
    print("stack:", stack["StackStatus"])
    return {each["OutputKey"]: each["OutputValue"] for each in stack.get("Outputs", ())}


def main(instance_arn: str) -> None:
    """Create, update and delete the stack."""
    cloudformation, appintegrations = (
        boto3.client("cloudformation"),
        boto3.client("appintegrations"),
    )
    cloudformation.create_stack(
        StackName=STACK, TemplateBody=template(instance_arn, "The first one")
    )
    cloudformation.get_waiter("stack_create_complete").wait(StackName=STACK)
    made = outputs(cloudformation)
    cloudformation.update_stack(
        StackName=STACK, TemplateBody=template(instance_arn, "The second one")
    )
    cloudformation.get_waiter("stack_update_complete").wait(StackName=STACK)
    print("kept:", outputs(cloudformation) == made)
    print("desk:", appintegrations.get_application(Arn=made["Desk"])["Description"])
    listed = appintegrations.list_application_associations(ApplicationId=made["Desk"])
    print("associations:", len(listed["ApplicationAssociations"]))
    cloudformation.delete_stack(StackName=STACK)
    left = (
        appintegrations.list_applications()["Applications"],
        appintegrations.list_data_integrations()["DataIntegrations"],
    )
    print("left:", *map(len, left))


if __name__ == "__main__":
    main(sys.argv[1])
