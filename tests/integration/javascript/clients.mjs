// A user's program with the AWS SDK for JavaScript v3. It knows of the server only what the environment says, and
// prints, as one JSON object, what each step got.

import { createHash } from "node:crypto";
import {
  AppIntegrationsClient,
  CreateEventIntegrationCommand,
  DeleteEventIntegrationCommand,
  GetEventIntegrationCommand,
  ListEventIntegrationsCommand,
  ListTagsForResourceCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateEventIntegrationCommand,
} from "@aws-sdk/client-appintegrations";
import * as exchange from "@aws-sdk/client-dataexchange";

const seen = {};

/** What a rejected call is: the class that `instanceof` sees, its name, and what HTTP said. */
async function errorOf(call, ...classes) {
  try {
    await call;
    return null;
  } catch (error) {
    const { name, message, $metadata, ...members } = error;
    return {
      name,
      message,
      status: $metadata?.httpStatusCode,
      isInstance: classes.some((each) => error instanceof each),
      resourceType: members.ResourceType,
    };
  }
}

async function eventIntegrations() {
  const client = new AppIntegrationsClient({});
  for (const Name of ["orders/1", "orders/2", "orders/3"]) {
    const made = await client.send(
      new CreateEventIntegrationCommand({
        Name,
        EventFilter: { Source: "aws.partner/example" },
        EventBridgeBus: "default",
        Tags: { team: "shop" },
      }),
    );
    seen.arn ??= made.EventIntegrationArn;
  }
  seen.pages = [];
  let NextToken;
  do {
    const page = await client.send(new ListEventIntegrationsCommand({ MaxResults: 2, NextToken }));
    seen.pages.push(page.EventIntegrations.map((each) => each.Name));
    NextToken = page.NextToken;
  } while (NextToken);
  await client.send(new UpdateEventIntegrationCommand({ Name: "orders/1", Description: "ünï" }));
  seen.description = (await client.send(new GetEventIntegrationCommand({ Name: "orders/1" }))).Description;
  const resourceArn = seen.arn;
  await client.send(new TagResourceCommand({ resourceArn, tags: { stage: "test" } }));
  await client.send(new UntagResourceCommand({ resourceArn, tagKeys: ["team"] }));
  seen.tags = (await client.send(new ListTagsForResourceCommand({ resourceArn }))).tags;
  await client.send(new DeleteEventIntegrationCommand({ Name: "orders/1" }));
  seen.notFound = await errorOf(client.send(new GetEventIntegrationCommand({ Name: "orders/1" })));
  seen.duplicate = await errorOf(
    client.send(
      new CreateEventIntegrationCommand({
        Name: "orders/2",
        EventFilter: { Source: "aws.partner/example" },
        EventBridgeBus: "default",
      }),
    ),
  );
  seen.invalid = await errorOf(client.send(new GetEventIntegrationCommand({ Name: "not allowed!" })));
}

async function imports() {
  // SendApiAsset's host begins with api-fulfill.: a server at an address has no such host.
  const client = new exchange.DataExchangeClient({ disableHostPrefix: true });
  const content = "id,amount\n1,2\n";
  const { Id: DataSetId, Arn: ResourceArn } = await client.send(
    new exchange.CreateDataSetCommand({ AssetType: "S3_SNAPSHOT", Name: "Prices", Description: "Of today" }),
  );
  await client.send(new exchange.TagResourceCommand({ ResourceArn, Tags: { team: "shop" } }));
  seen.dataSetTags = (await client.send(new exchange.ListTagsForResourceCommand({ ResourceArn }))).Tags;
  const { Id: RevisionId } = await client.send(new exchange.CreateRevisionCommand({ DataSetId }));
  const job = await client.send(
    new exchange.CreateJobCommand({
      Type: "IMPORT_ASSET_FROM_SIGNED_URL",
      Details: {
        ImportAssetFromSignedUrl: {
          AssetName: "prices.csv",
          DataSetId,
          RevisionId,
          Md5Hash: createHash("md5").update(content).digest("base64"),
        },
      },
    }),
  );
  const upload = await fetch(job.Details.ImportAssetFromSignedUrl.SignedUrl, { method: "PUT", body: content });
  seen.upload = upload.status;
  await client.send(new exchange.StartJobCommand({ JobId: job.Id }));
  seen.imported = (await client.send(new exchange.GetJobCommand({ JobId: job.Id }))).State;
  seen.assets = [];
  for await (const page of exchange.paginateListRevisionAssets({ client }, { DataSetId, RevisionId })) {
    for (const asset of page.Assets) {
      seen.assets.push([asset.Name, asset.AssetDetails.S3SnapshotAsset.Size, asset.CreatedAt instanceof Date]);
      seen.assetId = asset.Id;
    }
  }
  const exported = await client.send(
    new exchange.CreateJobCommand({
      Type: "EXPORT_ASSET_TO_SIGNED_URL",
      Details: { ExportAssetToSignedUrl: { AssetId: seen.assetId, DataSetId, RevisionId } },
    }),
  );
  await client.send(new exchange.StartJobCommand({ JobId: exported.Id }));
  const done = await client.send(new exchange.GetJobCommand({ JobId: exported.Id }));
  seen.download = await (await fetch(done.Details.ExportAssetToSignedUrl.SignedUrl)).text();
  seen.startedTwice = await errorOf(
    client.send(new exchange.StartJobCommand({ JobId: job.Id })),
    exchange.ConflictException,
  );
  await client.send(new exchange.DeleteDataSetCommand({ DataSetId }));
  seen.gone = await errorOf(
    client.send(new exchange.GetDataSetCommand({ DataSetId })),
    exchange.ResourceNotFoundException,
  );
  seen.noId = await errorOf(
    client.send(new exchange.GetDataSetCommand({ DataSetId: ResourceArn })),
    exchange.ValidationException,
  );
  const asset = { AssetId: "a".repeat(32), DataSetId: "d".repeat(32), RevisionId: "e".repeat(32) };
  const answer = await client.send(
    new exchange.SendApiAssetCommand({ ...asset, Path: "/prices", QueryStringParameters: { day: "today" } }),
  );
  seen.apiAsset = answer.Body;
}

await eventIntegrations();
await imports();
console.log(JSON.stringify(seen));
