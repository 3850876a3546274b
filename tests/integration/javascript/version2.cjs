// A user's program with the AWS SDK for JavaScript v2, which takes an endpoint from its options only. It prints, as one
// JSON object, what each step got.

const { createHash } = require("node:crypto");
const AWS = require("aws-sdk");

const seen = {};
const options = { endpoint: process.env.AWS_ENDPOINT_URL_APPINTEGRATIONS, region: process.env.AWS_REGION };

async function errorOf(call) {
  try {
    await call;
    return null;
  } catch (error) {
    return { code: error.code, message: error.message, status: error.statusCode };
  }
}

async function eventIntegrations() {
  const client = new AWS.AppIntegrations(options);
  const given = { EventFilter: { Source: "aws.partner/example" }, EventBridgeBus: "default" };
  for (const Name of ["orders/1", "orders/2", "orders/3"]) {
    const made = await client.createEventIntegration({ Name, ...given, Tags: { team: "shop" } }).promise();
    seen.arn ??= made.EventIntegrationArn;
  }
  seen.pages = [];
  let NextToken;
  do {
    const page = await client.listEventIntegrations({ MaxResults: 2, NextToken }).promise();
    seen.pages.push(page.EventIntegrations.map((each) => each.Name));
    NextToken = page.NextToken;
  } while (NextToken);
  await client.untagResource({ resourceArn: seen.arn, tagKeys: ["team"] }).promise();
  seen.tags = (await client.listTagsForResource({ resourceArn: seen.arn }).promise()).tags;
  await client.deleteEventIntegration({ Name: "orders/1" }).promise();
  seen.notFound = await errorOf(client.getEventIntegration({ Name: "orders/1" }).promise());
}

async function imports() {
  const client = new AWS.DataExchange({ ...options, hostPrefixEnabled: false });
  const content = "id,amount\n1,2\n";
  const dataSet = { AssetType: "S3_SNAPSHOT", Name: "Prices", Description: "Of today" };
  const { Id: DataSetId } = await client.createDataSet(dataSet).promise();
  const { Id: RevisionId } = await client.createRevision({ DataSetId }).promise();
  const Md5Hash = createHash("md5").update(content).digest("base64");
  const details = { AssetName: "prices.csv", DataSetId, RevisionId, Md5Hash };
  const job = await client
    .createJob({ Type: "IMPORT_ASSET_FROM_SIGNED_URL", Details: { ImportAssetFromSignedUrl: details } })
    .promise();
  const upload = await fetch(job.Details.ImportAssetFromSignedUrl.SignedUrl, { method: "PUT", body: content });
  seen.upload = upload.status;
  await client.startJob({ JobId: job.Id }).promise();
  seen.imported = (await client.getJob({ JobId: job.Id }).promise()).State;
  const { Assets } = await client.listRevisionAssets({ DataSetId, RevisionId }).promise();
  seen.assets = Assets.map((each) => [each.Name, each.AssetDetails.S3SnapshotAsset.Size, each.CreatedAt instanceof Date]);
  const asset = { AssetId: "a".repeat(32), DataSetId: "d".repeat(32), RevisionId: "e".repeat(32) };
  seen.apiAsset = (await client.sendApiAsset({ ...asset, Path: "/prices" }).promise()).Body;
}

(async () => {
  await eventIntegrations();
  await imports();
  console.log(JSON.stringify(seen));
})();
