"""What is known of Amazon AppIntegrations beyond its model, and how well."""

from __future__ import annotations

from tests.fidelity.rules import Source, assumed, doc, holder, section, seen

# Sources

MODEL = Source(
    "botocore's service model",
    "https://github.com/boto/botocore/blob/develop/botocore/data/appintegrations/2020-07-29/service-2.json",
)
QUOTAS = Source(
    "Amazon Connect service quotas",
    "https://docs.aws.amazon.com/connect/latest/adminguide/amazon-connect-service-limits.html",
)
IAM = Source(
    "IAM service authorization reference",
    "https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonappintegrations.html",
)
CLOUDFORMATION = Source(
    "CloudFormation, AWS::AppIntegrations::Application",
    "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-appintegrations-application.html",
)
AGENTS = Source(
    "Connect administrator guide, AI agents",
    "https://docs.aws.amazon.com/connect/latest/adminguide/ai-agents.html",
)
SMITHY = Source("Smithy, constraint traits", "https://smithy.io/2.0/spec/constraint-traits.html")
TERRAFORM = Source(
    "Terraform provider's acceptance tests",
    "https://github.com/hashicorp/terraform-provider-aws/tree/main/internal/service/appintegrations",
)
_LIVE = "https://github.com/alchemy-run/alchemy/blob/{}/packages/alchemy/test/AWS/AppIntegrations/{}.test.ts"
LIVE_APPLICATION = Source(
    "alchemy's live tests, Application",
    _LIVE.format("1f13e056bef11c3f038028634950eefac62a115a", "Application"),
)
LIVE_EVENT_INTEGRATION = Source(
    "alchemy's live tests, EventIntegration",
    _LIVE.format("1f13e056bef11c3f038028634950eefac62a115a", "EventIntegration"),
)
LIVE_DATA_INTEGRATION = Source(
    "alchemy's live tests, DataIntegration",
    _LIVE.format("13c1f96185e710dd9cfcf0e34b9ec70591a5ea51", "DataIntegration"),
)
LIVE_BINDINGS = Source(
    "alchemy's live tests, Bindings",
    _LIVE.format("e2a3f9e266d811bb9c16645d0d790fa5cb7de1e4", "Bindings"),
)
REGISTRY = Source(
    "CloudFormation's registry, schemas of resource types",
    "https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schemas.html",
)
CONNECT_TYPE = Source(
    "CloudFormation, AWS::Connect::IntegrationAssociation",
    "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-connect-integrationassociation.html",
)
DELETING = Source(
    "CloudFormation, DependsOn attribute",
    "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-dependson.html",
)
CONNECT = Source(
    "Amazon Connect API reference, CreateIntegrationAssociation",
    "https://docs.aws.amazon.com/connect/latest/APIReference/API_CreateIntegrationAssociation.html",
)
QCONNECT = Source(
    "Amazon Q in Connect API reference, CreateKnowledgeBase",
    "https://docs.aws.amazon.com/amazon-q-connect/latest/APIReference/API_CreateKnowledgeBase.html",
)
NOTES = Source("field notes and programs in public repositories", "")


def api(operation: str) -> Source:
    """An operation's page of the API reference."""
    base = "https://docs.aws.amazon.com/appintegrations/latest/APIReference/API_"
    return Source(f"API reference, {operation}", f"{base}{operation}.html")


PARTITIONS = Source(
    "botocore's partition data", "https://github.com/boto/botocore/blob/develop/botocore/data/partitions.json"
)

SECTIONS = (
    section(
        "order",
        "Order of the checks",
        assumed("signature", "The signature is looked at first: an unsigned request is refused however wrong else."),
        assumed("route", "An unknown route is refused before its body is read."),
        assumed("body-fault", "A body of the wrong types is refused before a fault of aws.fail() is applied."),
        assumed("fault-constraints", "A fault of aws.fail() is applied before constraints are checked."),
        assumed("constraints-resource", "Constraints are checked before the resource is looked for."),
        assumed("parent", "Of a parent and a child that are both missing, the parent is not found."),
        assumed("resource-token", "The resource is looked for before NextToken and ClientToken are looked at."),
        assumed("token-rules", "Tokens are looked at before rules between members or with stored state."),
        assumed("rules-uniqueness", "Rules come before uniqueness."),
        assumed("uniqueness-quota", "Uniqueness comes before the quota."),
        assumed("nothing-changes", "A request that is refused changes nothing."),
        assumed("defects", "A defect of the mock is raised as a Python exception, never dressed as an AWS answer."),
        seen(
            "partner-sources",
            "Made-up partner sources on the bus `default` are accepted.",
            TERRAFORM,
            LIVE_EVENT_INTEGRATION,
        ),
        assumed(
            "nothing-looked-up",
            "Permissions, sources and URLs are never looked up, nor are KMS keys, buckets, buses and secrets unless "
            "`check_references` says so.",
        ),
    ),
    section(
        "references",
        "Resources of other services (`check_references=True`)",
        assumed(
            "missing",
            "Beside moto a missing one: InvalidRequestException, `{kind} {as named} could not be found`. KmsKey, "
            "SourceURI and DestinationURI (of S3), EventBridgeBus, CredentialProviderIdentifier.",
        ),
        assumed(
            "where",
            "An ARN is looked up in its own account and region, a name, id or alias in the caller's, a bucket "
            "everywhere.",
        ),
        assumed("always", "The bus `default`, and keys named `alias/aws/...`, are always there."),
        assumed("without-moto", "Nothing is looked up while moto is off, or by a service that moto cannot load."),
    ),
    section(
        "wire",
        "On the wire",
        assumed(
            "signed",
            "An Authorization header or an X-Amz-Signature query parameter makes a request signed; "
            "the signature is not verified.",
        ),
        assumed(
            "unsigned",
            "An unsigned request and an unknown route get 403 `MissingAuthenticationTokenException`, body "
            '`{"message": "Missing Authentication Token"}`.',
        ),
        seen("request-id", "Every answer has a fresh UUID as `x-amzn-RequestId`.", NOTES),
        assumed("headers", "Every answer has `Content-Type: application/json` and an HTTP `Date`."),
        doc("success", "Success is status 200.", api("CreateDataIntegration")),
        assumed("empty", "Delete*, Update*, TagResource and UntagResource answer `{}`.", api("DeleteDataIntegration")),
        doc(
            "modelled-errors",
            "A modelled error has the model's status, its bare code in `x-amzn-errortype`, and its text as `Message`.",
            MODEL,
        ),
        seen(
            "validation-code",
            "A broken constraint gives `ValidationException`, which the model lacks: "
            "boto3 raises a plain `ClientError`.",
            NOTES,
        ),
        assumed("validation-body", 'Its body is `{"message": "<text>"}`.'),
        doc(
            "labels",
            "Path labels are split on the raw path and percent-decoded once, query values too; a name may end in, or "
            "be, `associations`.",
            MODEL,
        ),
        assumed("unknown-members", "Body members that the model does not know are ignored."),
        assumed("null", "A JSON null member counts as absent."),
        assumed("empty-body", "An empty body counts as `{}`."),
    ),
    section(
        "serialization",
        "SerializationException",
        assumed("form", "Status 400, header `x-amzn-errortype: SerializationException`, text as `Message`."),
        assumed("not-json", "A body that is no JSON, or a scalar: body `{}` without a text."),
        assumed("string", "`NUMBER_VALUE can not be converted to a String`, and likewise TRUE_VALUE and FALSE_VALUE."),
        assumed(
            "integer", "`STRING_VALUE can not be converted to an Integer`, likewise TRUE_ and FALSE_VALUE; query too."
        ),
        assumed("boolean", "`STRING_VALUE can not be converted to a Boolean`, likewise NUMBER_VALUE; query too."),
        assumed("array", "`Start of list found where not expected`, also for the whole body."),
        assumed("object", "`Start of structure or map found where not expected.` for a scalar or a list."),
        assumed("list", "`Expected list or null` for a scalar where a list is expected."),
        assumed("structure", "`Expected null` for a scalar where a map or a structure is expected."),
    ),
    section(
        "constraints",
        "Constraint violations",
        assumed(
            "form",
            "`1 validation error detected: E` or `N validation errors detected: E1; E2`, each `Value 'V' at 'P' "
            "failed to satisfy constraint: C`, as AWS's older frameworks say it.",
        ),
        assumed("all", "All violations are listed: members in the model's order, depth first, pattern before length."),
        assumed("most", "A request with more than 10,000 violations: the first 10,000 are listed."),
        assumed("path", "P holds the model's member names, first letter lower-cased, joined by dots."),
        assumed("path-in-list", "In a list of structures P has the 1-based index and `member`."),
        assumed("path-in-map", "In a map whose values are maps or lists P has the key and `member`."),
        assumed("value", "V is a string as it is, digits, true/false, `[a, b]` or `{k=v, k2=v2}`; null is unquoted."),
        assumed("required", "A missing required member: `Member must not be null`, also inside given structures."),
        assumed("length", "`Member must have length less than or equal to N` / `greater than or equal to N`."),
        assumed("pattern", "`Member must satisfy regular expression pattern: ` and the model's pattern, verbatim."),
        assumed("enum", "`Member must satisfy enum value set: [A, B]`, in the model's order."),
        assumed("range", "`Member must have value less than or equal to N` / `greater than or equal to N`."),
        assumed("size", "A list or map with too many or too few entries: as a length, at the list or map."),
        assumed("list-items", "Wrong strings in a list: once, at the list, `Member must satisfy constraint: [S]`."),
        assumed("map-keys", "Wrong map keys: once, at the map, `Map keys must satisfy constraint: [S]`."),
        assumed(
            "map-values",
            "Wrong strings, or lists of a wrong size, as map values: once, at the map, "
            "`Map value must satisfy constraint: [S]`.",
        ),
        assumed("deeper", "A violation deeper in a map is reported for the inner list or map, at `.K.member`."),
        assumed("all-of-item", "S lists all constraints of the item: longest, shortest, pattern."),
        assumed("search", "Patterns are searched for: `aws.casesXYZ` is a valid Source."),
        assumed("ascii", "`\\w \\d \\s` are ASCII, `$` is the very end, `.` stops at a newline."),
        doc("code-points", "Length counts Unicode code points.", SMITHY),
        assumed("no-tags", "`Tags={}` breaks the map's minimum of 1, in the creates and in TagResource.", MODEL),
        assumed("no-tag-keys", "`tagKeys` absent or empty is a missing member."),
        doc("max-results", "MaxResults is 1 to 50, whatever page_size says.", MODEL),
        assumed(
            "partitions",
            "An ARN of any `aws...` partition fits the pattern, and the text shows the pattern that was checked; "
            "a wrong partition is then not found.",
            IAM,
        ),
        assumed("past-boto3", "What boto3 itself refuses is answered all the same when it comes."),
    ),
    section(
        "identifiers",
        "Identifiers",
        seen("event-integration-arn", "`event-integration/<Name>`, the name as it is, slashes too.", TERRAFORM),
        seen("data-integration-arn", "`data-integration/<uuid>`.", LIVE_DATA_INTEGRATION, TERRAFORM),
        seen("application-arn", "`application/<uuid>`.", LIVE_APPLICATION),
        doc("event-integration-association-arn", "`event-integration-association/<Name>/<uuid>`.", IAM),
        doc("data-integration-association-arn", "`data-integration-association/<data integration id>/<uuid>`.", IAM),
        doc("application-association-arn", "`application-association/<application id>/<uuid>`.", IAM),
        doc("ids", "Ids are lower-case UUIDs, version 4 in look, and the last segment of the ARN.", MODEL),
        doc("event-integration", "Event operations take the name only; an ARN breaks the pattern.", MODEL),
        seen(
            "data-integration-get",
            "GetDataIntegration takes Id, ARN or Name.",
            LIVE_DATA_INTEGRATION,
            TERRAFORM,
            NOTES,
        ),
        doc(
            "data-integration",
            "So do the other operations on data integrations and their associations; they try ARN, Id, Name in turn.",
            api("DeleteDataIntegration"),
            api("CreateDataIntegrationAssociation"),
        ),
        assumed("garbage", "Garbage as a data integration's identifier is not found; only a blank one is invalid."),
        seen("application", "Application operations take ARN or Id.", LIVE_APPLICATION),
        assumed("latest", "An application's ARN or Id may end in `:$LATEST`; another qualifier is not found."),
        seen("application-name", "An application's name in their place is a `ValidationException`.", NOTES),
        doc("association-arn", "An association of a data integration is named by its ARN.", MODEL),
        assumed("association-id", "It may be named by its Id, and it belongs to the data integration named."),
        doc("resource-arn", "`resourceArn` is the full ARN of any of the six kinds, without a qualifier.", IAM),
        assumed("elsewhere", "An ARN of another account, region, partition, service or kind is not found."),
        seen(
            "not-found-data-integration",
            "`Could not find DataIntegration with identifier: <as passed>`.",
            NOTES,
        ),
        assumed("not-found", "The same text for Application, EventIntegration and associations."),
        assumed("not-found-tags", "The tag operations call the kind what the ARN's type says, else `Resource`."),
        seen(
            "read-after-write",
            "A read straight after a create, update, tag or delete shows the new state.",
            LIVE_EVENT_INTEGRATION,
            LIVE_DATA_INTEGRATION,
            LIVE_APPLICATION,
        ),
    ),
    section(
        "tokens",
        "ClientToken",
        doc("idempotent", "The four creates with a ClientToken are idempotent.", api("CreateDataIntegration")),
        assumed("scope", "A token belongs to its operation, account and region."),
        assumed("comparison", "Parameters are compared as parsed, without ClientToken; map order does not matter."),
        assumed("association", "An association's data integration is compared as the resource, however spelled."),
        assumed("replay", "The same token and parameters: the first answer again, even if the resource was updated."),
        assumed("no-second-look", "Then nothing is created, and quota and uniqueness are not asked."),
        assumed("concurrent", "50 threads with one token make one resource and get one answer; so do boto3's retries."),
        assumed("mismatch", "Other parameters: `The ClientToken was already used with different parameters`."),
        assumed("success-only", "Only a success is remembered."),
        assumed("forgotten", "A token is forgotten when its resource is deleted or its association removed."),
        assumed("without", "Without a token nothing is remembered."),
        doc(
            "taken-name",
            "A new token with a taken name: `DuplicateResourceException`.",
            api("CreateEventIntegration"),
        ),
    ),
    section(
        "lists",
        "Lists",
        assumed("order", "Items come in the order of creation; updating or renaming moves nothing."),
        seen("paged", "Lists are really paged: a program that reads one page misses applications.", NOTES),
        doc("largest-page", "A page holds MaxResults items, at most 50.", MODEL),
        assumed("default-page", "The default is 50; with page_size=n the default and the largest page are n."),
        assumed("filters", "Filters apply before pages are cut: no page but the last is short."),
        assumed("always-there", "The list member is always there, `[]` when empty."),
        seen("unassociated", "A resource without associations lists without error.", LIVE_BINDINGS),
        doc("next-token", "NextToken is present only if there is more; it is opaque, at most 1000 characters.", MODEL),
        assumed("token-scope", "A token is good for the same operation, filter, parent, account and region."),
        assumed("token-page-size", "MaxResults may change between pages."),
        assumed("invalid-token", "Any other text: `InvalidRequestException`, `Invalid NextToken`."),
        assumed("deletions", "A token survives the deletion of any item, the last one shown included."),
        assumed("later-items", "Items made later appear at the end; if nothing is left, the page is `[]`, no token."),
    ),
    section(
        "answers",
        "Answers",
        assumed("absent", "A member that was never set is absent, never null."),
        assumed("tags", "Tags is always there in Get*, CreateDataIntegration and ListEventIntegrations, `{}` if none."),
        assumed("as-given", "What was given is stored and returned as given, empty or not; no default is added."),
        seen(
            "names-freed",
            "Uniqueness is per account and region; deleting frees a name at once.",
            NOTES,
        ),
        assumed("case", "Names are case-sensitive."),
        assumed("rename-frees", "Renaming frees the old name at once."),
    ),
    section(
        "updates",
        "Updates",
        seen(
            "kept",
            "Members left out of an update keep their value.",
            LIVE_EVENT_INTEGRATION,
            LIVE_DATA_INTEGRATION,
        ),
        seen("permissions", "UpdateApplication with Permissions replaces them.", LIVE_APPLICATION),
        assumed("replaced", "A list or structure given replaces the stored one whole."),
        assumed("nothing", "An update without members answers 200; nothing changes, no time moves."),
    ),
    section(
        "tags",
        "Tags",
        seen("merge", "TagResource merges and overwrites.", LIVE_EVENT_INTEGRATION, LIVE_APPLICATION, TERRAFORM),
        assumed("untag", "UntagResource of a key that is not there is no error."),
        seen(
            "one-set",
            "Tags of the creation and later ones are one set, shown by Get and by ListTagsForResource.",
            TERRAFORM,
            LIVE_EVENT_INTEGRATION,
        ),
        assumed("case", "Keys are case-sensitive."),
        assumed(
            "aws-keys",
            "A key starting with `aws:` (any case): `ValidationException` where the model's pattern refuses it; else "
            "`aws: prefixed tag key names are not allowed for external use.`, also in UntagResource.",
        ),
        assumed(
            "limit",
            "More than 200 tags after merging: `A resource can have at most 200 tags`, and nothing is tagged.",
            MODEL,
        ),
        assumed("gone", "Tags go with their resource; a recreated event integration starts without."),
        doc("kinds", "All six kinds of resources can be tagged.", IAM),
    ),
    section(
        "quotas",
        "Quotas",
        doc("off", "Quotas are off by default, since every account may raise them.", QUOTAS),
        doc(
            "defaults",
            "quotas=True: 10 event integrations, 20 data integrations, 50 applications, 10 associations of one data "
            "integration and of one event integration.",
            QUOTAS,
        ),
        assumed("dict", "quotas=dict: only the keys given hold."),
        doc("code", "One more than allowed: `ResourceQuotaExceededException`, 429.", MODEL),
        assumed("text", "`The allowed quota of <n> <key with spaces> has been exceeded`."),
        assumed("deleting", "Deleting makes room."),
        doc("places", "Quotas are per account and region.", QUOTAS),
        assumed("retries", "A 429 that botocore retries is refused each time, without waiting."),
    ),
    section(
        "time",
        "Time",
        doc("numbers", "CreatedTime and LastModifiedTime are JSON numbers, epoch seconds.", MODEL),
        assumed("milliseconds", "They have at most three decimals, cut to milliseconds, from aws.clock."),
        assumed("equal", "They are equal at creation."),
        assumed("moves", "LastModifiedTime moves with an update that gives a member."),
        assumed("stays", "LastModifiedTime does not move with tagging or associating."),
    ),
    section(
        "places",
        "Accounts, regions, partitions, snapshots",
        doc("apart", "State is kept per account and region; regions share nothing.", QUOTAS),
        doc("arns", "ARNs carry partition, region and account of the client.", IAM),
        assumed(
            "snapshot",
            "A snapshot holds all of it: resources, order, tags, associations, execution states, remembered "
            "ClientTokens, was-associated marks; restoring puts exactly that back and drops the rest.",
        ),
        doc(
            "unknown-region",
            "A region that botocore's partition data does not list has no host: EndpointConnectionError.",
            PARTITIONS,
        ),
        assumed("unknown-region-option", "unknown_regions=True answers it all the same."),
    ),
    section(
        "event-integrations",
        "Event integrations",
        doc("create", "Create answers EventIntegrationArn.", api("CreateEventIntegration")),
        doc(
            "get",
            "Get shows Name, EventIntegrationArn, EventBridgeBus, EventFilter, Tags, and Description if set.",
            api("GetEventIntegration"),
        ),
        doc("list", "List items are what Get shows.", api("ListEventIntegrations")),
        doc("taken", "A taken name: `DuplicateResourceException`.", api("CreateEventIntegration")),
        assumed("taken-text", "Its text is `Name already in use`."),
        doc("update", "Update changes Description only.", api("UpdateEventIntegration"), LIVE_EVENT_INTEGRATION),
        doc("delete-associated", "An associated one cannot be deleted.", api("DeleteEventIntegration")),
        assumed(
            "delete-associated-text",
            "`InvalidRequestException`, `An EventIntegration with EventIntegrationAssociations cannot be deleted`.",
        ),
        doc(
            "associations",
            "Associations show ARN, Id, EventIntegrationName and ClientId; EventBridgeRuleName and "
            "ClientAssociationMetadata if given.",
            api("ListEventIntegrationAssociations"),
        ),
        doc("associated-by", "Associations come only from backend.associate_event_integration (AWS: Connect).", IAM),
    ),
    section(
        "data-integrations",
        "Data integrations",
        doc(
            "create",
            "Create answers Arn, Id, Name, KmsKey, Tags, ClientToken and what was given; ScheduleConfig comes back "
            "as ScheduleConfiguration.",
            api("CreateDataIntegration"),
        ),
        doc("get", "Get shows the same without ClientToken.", api("GetDataIntegration")),
        doc("list", "List items have Arn, Name, and SourceURI if set.", api("ListDataIntegrations")),
        seen("list-no-id", "List items have no Id.", LIVE_BINDINGS),
        assumed("free", "KmsKey is any string; schedule, file and object configuration may be combined freely."),
        doc("taken", "A taken name: `DuplicateResourceException`.", api("CreateDataIntegration")),
        assumed("hidden", "A name that looks like another's Id never hides it."),
        seen("update-description", "Update changes Description; Id and ARN stay.", LIVE_DATA_INTEGRATION),
        doc("update-name", "Update changes Name.", api("UpdateDataIntegration")),
        assumed("rename-taken", "Renaming to a taken name: `InvalidRequestException`, `Name already in use`."),
        assumed("rename", "Renaming to its own name is fine; the old name no longer identifies it."),
        doc("delete-associated", "An associated one cannot be deleted.", api("DeleteDataIntegration")),
        assumed(
            "delete-associated-text",
            "`InvalidRequestException`, `A DataIntegration with DataIntegrationAssociations cannot be deleted`.",
        ),
    ),
    section(
        "associations",
        "Data integration associations",
        doc(
            "create",
            "Create needs only the identifier and answers DataIntegrationAssociationId and DataIntegrationArn.",
            api("CreateDataIntegrationAssociation"),
        ),
        doc(
            "list",
            "List items show ARN, DataIntegrationArn, and what was given of ClientId, DestinationURI and "
            "ExecutionConfiguration; never ClientAssociationMetadata or ObjectConfiguration.",
            api("ListDataIntegrationAssociations"),
        ),
        doc(
            "single",
            "A data integration that has, or ever had, an association takes no other; recreating it helps.",
            api("CreateDataIntegration"),
        ),
        assumed("single-text", "`A DataIntegration that was previously associated cannot be associated again`."),
        doc("many", "single_association=False: any number, up to the quota.", QUOTAS),
        assumed("mode", "OnDemandConfiguration only with ON_DEMAND, ScheduleConfiguration only with SCHEDULED."),
        assumed("mode-text", "`<Member> is only allowed with ExecutionMode <MODE>`, in create and update."),
        assumed("mode-neither", "Giving neither configuration is fine in both modes."),
        doc(
            "update",
            "Update needs ExecutionConfiguration, replaces it whole and, when ON_DEMAND, runs again.",
            api("UpdateDataIntegrationAssociation"),
        ),
        doc("states", "LastExecutionStatus has the states IN_PROGRESS, COMPLETED and FAILED.", MODEL),
        assumed("runs", "A run is IN_PROGRESS at its first showing in a list, COMPLETED from the second on."),
        assumed("no-run", "Without ExecutionConfiguration, or SCHEDULED, there is no LastExecutionStatus."),
        assumed("finished", "backend.finish_execution sets the status and message shown until the next update."),
        assumed("copies", "A run copies nothing to S3."),
        doc("removal", "No API removes or reads one association; backend.disassociate removes it.", MODEL),
        seen(
            "allowed",
            "AWS denies CreateDataIntegrationAssociation on `s3://` sources to most principals; the mock allows it.",
            LIVE_BINDINGS,
        ),
    ),
    section(
        "applications",
        "Applications",
        doc("create", "Create answers Arn and Id.", api("CreateApplication")),
        doc(
            "get",
            "Get shows Arn, Id, Name, Namespace, ApplicationSourceConfig, both times and Tags, and what was given.",
            api("GetApplication"),
        ),
        assumed("always", "IsService, ApplicationType, and LastModifiedRegion where the model has it, always show."),
        doc("list", "List items show the summary's members.", api("ListApplications")),
        doc("filter", "`ApplicationType` filters on the stored type.", api("ListApplications")),
        seen("taken-name", "A taken Name, unique in account and region: `Name already in use`.", NOTES),
        assumed("taken-name-code", "Its code is `DuplicateResourceException`."),
        seen("taken-namespace", "A taken Namespace: `DuplicateResourceException`.", NOTES),
        assumed("taken-namespace-text", "Its text is `Namespace already in use`; Name is looked at first."),
        doc("update-taken", "UpdateApplication to a taken Name: `InvalidRequestException`.", api("UpdateApplication")),
        doc("namespace", "The Namespace cannot change.", api("UpdateApplication"), LIVE_APPLICATION),
        assumed("type-default", "The type is STANDARD by default; IsService is True exactly when it is SERVICE."),
        assumed("type-from-service", "IsService alone means SERVICE or STANDARD (False on update: only from SERVICE)."),
        assumed("type-contradiction", "Both and contradicting: `IsService and ApplicationType contradict each other`."),
        assumed("as-it-would-be", "Rules look at the application as it would be after the create or update."),
        doc("service-timeout", "`InitializationTimeout is required when IsService is true`.", CLOUDFORMATION),
        doc("service-config", "`ApplicationConfig is not allowed when IsService is true`.", CLOUDFORMATION),
        seen(
            "gateway-text",
            "`Namespace for MCP server applications must be a valid Bedrock Agent Core Gateway ID`.",
            NOTES,
        ),
        assumed("gateway-pattern", "The whole Namespace matches botocore's GatewayId of Bedrock AgentCore."),
        seen(
            "mcp-permissions",
            "MCP_SERVER: a non-empty Permissions is refused, in create and update.",
            NOTES,
        ),
        assumed(
            "mcp-permissions-text",
            "Its answer: `InvalidRequestException`, `Permissions are not allowed for MCP server applications`.",
        ),
        seen(
            "mcp-gateway",
            "MCP_SERVER: an update cannot move AccessUrl to another host; path and query may change.",
            NOTES,
        ),
        assumed(
            "mcp-gateway-text",
            "Its answer: `InvalidRequestException`, `AccessUrl of an MCP server application cannot be moved to another "
            "gateway`.",
        ),
        doc("a2a-url", "A2A_SERVER: AccessUrl begins with `https://` or `wss://`.", AGENTS),
        assumed(
            "a2a-url-text",
            "Else: `InvalidRequestException`, `AccessUrl for A2A server applications must begin with https:// or "
            "wss://`.",
        ),
        seen(
            "iframe",
            'Get of an application that never had an IframeConfig shows `{"Allow": [], "Sandbox": []}`.',
            NOTES,
        ),
        doc("a2a", "`AuthType is required for A2A_SERVER applications`.", MODEL),
        doc("api-key", "`CredentialProviderIdentifier is required when AuthType is API_KEY`.", MODEL),
        doc("connect-jwt", "`CredentialProviderIdentifier is not allowed when AuthType is CONNECT_JWT`.", MODEL),
        doc("audience", "`AudienceOverride is only allowed when AuthType is CONNECT_JWT`.", MODEL),
        doc("audience-connect", "`AudienceOverride must not contain connect.amazonaws.com`.", MODEL),
        assumed(
            "free", "AuthConfig fits every type; permissions are not checked; ApplicationSourceConfig may be `{}`."
        ),
        seen("delete-associated", "`An Application with ApplicationAssociations cannot be deleted`.", NOTES),
        assumed("delete-associated-code", "Its code is `InvalidRequestException`."),
        doc("force", "`Force=True` deletes an application with its associations; `False` is like none.", MODEL),
        doc(
            "associations",
            "Associations show ApplicationAssociationArn, ApplicationArn and ClientId.",
            api("ListApplicationAssociations"),
        ),
        seen("associated-by", "They come only from backend.associate_application; no public API makes one.", NOTES),
    ),
    section(
        "backend",
        "The backend's own methods",
        assumed("missing", "They raise AppintMockError for a resource that is not there."),
        assumed("status", "finish_execution takes COMPLETED or FAILED only."),
        assumed("quota", "Associating beyond the quota raises AppintMockError."),
        assumed(
            "as-given",
            "Values that the model allows are stored as given; a seeded association blocks the delete like any other.",
        ),
    ),
    section(
        "cloudformation",
        "CloudFormation, through moto",
        doc("registry", "Properties have the constraints of AWS's registry; what differs is listed.", REGISTRY),
        doc("origins", "`ApprovedOrigins` may be empty; the empty list is left out of Create and Update.", REGISTRY),
        doc("source", "`EventFilter.Source` is `aws.cases` or begins with `aws.partner/`.", REGISTRY),
        doc("tags", "A tag's key has letters and `+-=._:/`, and is none of AWS's own.", REGISTRY),
        doc("filters", "Names of filters begin with a letter, their values have at most 255 characters.", REGISTRY),
        doc("later", "Long `ApprovedOrigins` and `Namespace` pass the schema and fail in the operation.", REGISTRY),
        seen("pattern", "`[#/PATH: string [VALUE] does not match pattern PATTERN]`.", NOTES),
        assumed("missing", "Each missing property is one complaint."),
        doc("ref", "`Ref` is the schema's primary identifier: of a DataIntegration its Id.", REGISTRY),
        doc("association", "`Ref` of an IntegrationAssociation is its ARN; its id is an attribute.", CONNECT_TYPE),
        doc("order", "What depends on another resource is deleted before it.", DELETING),
    ),
    section(
        "connect",
        "Amazon Connect's integration associations",
        doc("application", "Type `APPLICATION` makes the application's association, deleting removes it.", CONNECT),
        doc("client", "The ClientId of both kinds of association is `connect.amazonaws.com`.", CONNECT),
        doc("event", "Type `EVENT` makes the event integration's association; `SourceType` is required.", CONNECT),
        assumed("other-types", "Other types are kept and listed, and change nothing here."),
        doc(
            "identifiers",
            "Ids are UUIDs; ARNs end in `instance/I/integration-association/ID`; an instance is named by id or ARN.",
            CONNECT,
        ),
        doc("twice", "The same type and ARN twice on an instance: DuplicateResourceException.", CONNECT),
        doc("missing", "An ARN of ours, or an association, that is not there: ResourceNotFoundException.", CONNECT),
        assumed("wrong-arn", "An ARN that is of no such resource: InvalidRequestException."),
        seen("assistant", "An instance has one `WISDOM_ASSISTANT`: a second one is an InvalidRequestException.", NOTES),
        assumed("constraints", "A violated constraint is an InvalidRequestException, worded as our own."),
        assumed("quota", "The quota of associations: ServiceQuotaExceededException."),
        assumed("instances", "Beside moto's Connect an instance that it does not have: ResourceNotFoundException."),
        assumed("texts", "The texts of these errors."),
    ),
    section(
        "knowledge-bases",
        "Knowledge bases of Amazon Q in Connect and Wisdom",
        doc("association", "An `appIntegrationArn` makes the data integration's association.", QCONNECT),
        doc(
            "delete",
            "DeleteKnowledgeBase removes the association; the data integration cannot be used again.",
            QCONNECT,
        ),
        doc(
            "once", "A data integration that was associated: InvalidRequestException (`single_association`).", QCONNECT
        ),
        assumed("missing", "An `appIntegrationArn` that names no data integration here: ResourceNotFoundException."),
        doc(
            "source",
            "Only types `EXTERNAL` and `MANAGED` take a `sourceConfiguration`, else ValidationException.",
            QCONNECT,
        ),
        assumed("name", "A name is unique in account and region: ConflictException."),
        doc(
            "token",
            "The same `clientToken` gives the first answer; with other parameters: ConflictException.",
            QCONNECT,
        ),
        assumed("active", "A knowledge base is `ACTIVE` at once."),
        assumed("both", "`qconnect` and `wisdom` show the same knowledge bases."),
    ),
    section(
        "faults",
        "Faults by aws.fail()",
        assumed("never-alone", "The mock gives AccessDenied, Throttling, InternalService and such only by aws.fail()."),
        doc("modelled", "aws.fail() gives any modelled error with the model's status and body.", MODEL),
        doc(
            "common",
            "aws.fail() knows the errors common to all AWS actions, with their statuses.",
            api("CreateDataIntegration"),
        ),
        assumed(
            "too-many-requests",
            "aws.fail() knows `TooManyRequestsException`, 429, for every operation; botocore retries it as throttling.",
            NOTES,
        ),
    ),
    section(
        "models",
        "Older and newer models",
        doc("operations", "The 23 operations of the installed model are served at their HTTP bindings.", MODEL),
        doc("newer", "What a newer model has beyond an older one is served where it is installed.", MODEL),
    ),
)

holds = holder("appintegrations", SECTIONS)
