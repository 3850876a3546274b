"""What is known of AWS Data Exchange beyond its model, and how well."""

from __future__ import annotations

from tests.fidelity.rules import Source, assumed, doc, holder, section, seen

# Sources


def api(name: str) -> Source:
    """A page of the API reference: of an operation or a structure."""
    base = "https://docs.aws.amazon.com/data-exchange/latest/apireference/API_"
    return Source(f"API reference, {name}", f"{base}{name}.html")


def guide(title: str, page: str) -> Source:
    """A page of the user guide."""
    return Source(f"User guide, {title}", f"https://docs.aws.amazon.com/data-exchange/latest/userguide/{page}.html")


def pull_request(number: int) -> Source:
    """A pull request to the Terraform provider, with what its tests printed on AWS."""
    address = f"https://github.com/hashicorp/terraform-provider-aws/pull/{number}"
    return Source(f"Terraform provider, pull request {number}", address)


MODEL = Source(
    "botocore's service model",
    "https://github.com/boto/botocore/blob/develop/botocore/data/dataexchange/2017-07-25/service-2.json",
)
DATA = guide("data", "data-sets")
JOBS = guide("jobs", "jobs")
KEY_PATTERNS = guide("key patterns", "revision-export-keypatterns")
EXPORTS = guide("exporting revisions", "exporting-revisions")
EXPORTS_BY_SDK = guide("exporting revisions by SDK", "export-rev-s3-prog")
AUTO_EXPORTS = guide("exporting revisions automatically", "auto-export-rev-s3-console-sub")
ACCEPTING = guide("accepting data grants", "accepting-data-grants-and-accessing-data")
EVENTS = guide("EventBridge events", "cloudwatch-events")
EVENT_TYPES = Source(
    "EventBridge reference, AWS Data Exchange events",
    "https://docs.aws.amazon.com/eventbridge/latest/ref/events-ref-dataexchange.html",
)
IMPORT_S3 = guide("importing from S3", "importing-from-s3")
IMPORT_API = guide("importing an API", "import-API-asset")
IMPORT_REDSHIFT = guide("importing a datashare", "import-RS-asset")
IMPORT_LAKE_FORMATION = guide("importing from Lake Formation", "import-LF-asset")
CALLING_APIS = guide("calling an API", "subscribing-to-api-data-product-sub")
S3_NAMES = Source(
    "S3 user guide, bucket naming rules", "https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html"
)
QUOTAS = Source(
    "AWS general reference, endpoints and quotas", "https://docs.aws.amazon.com/general/latest/gr/dataexchange.html"
)
LIMIT_NAMES = Source(
    "botocore, ServiceLimitExceededException",
    "https://docs.aws.amazon.com/botocore/latest/reference/services/dataexchange/client/exceptions/"
    "ServiceLimitExceededException.html",
)
SAMPLES = Source("AWS's public samples", "https://github.com/aws-samples/aws-dataexchange-api-samples")
TERRAFORM = Source(
    "Terraform provider's acceptance tests",
    "https://github.com/hashicorp/terraform-provider-aws/tree/main/internal/service/dataexchange",
)
RECORDED_TEXT = pull_request(40883)
REVISION_ASSETS = pull_request(42272)
JOB_TESTS = pull_request(40551)
_LIVE = "https://github.com/alchemy-run/alchemy/blob/{}/packages/alchemy/test/AWS/DataExchange/{}.test.ts"
LIVE = Source(
    "alchemy's live tests, DataExchange", _LIVE.format("1f13e056bef11c3f038028634950eefac62a115a", "DataExchange")
)
LIVE_BINDINGS = Source(
    "alchemy's live tests, Bindings", _LIVE.format("15b2f2257a5e8b2177b9514183b91436498e5f30", "Bindings")
)
NOTES = Source("field notes and programs in public repositories", "")


CATALOG = Source(
    "AWS Marketplace Catalog API, data products",
    "https://docs.aws.amazon.com/marketplace/latest/APIReference/data-products.html",
)
PARTITIONS = Source(
    "botocore's partition data", "https://github.com/boto/botocore/blob/develop/botocore/data/partitions.json"
)

SECTIONS = (
    section(
        "identifiers",
        "Ids and ARNs",
        seen("ids", "Ids of all six kinds are 32 characters of `0-9a-f`, without dashes.", RECORDED_TEXT, SAMPLES),
        seen(
            "arns",
            "An owned thing's ARN names region and account: `data-sets/D`, `data-sets/D/revisions/R`, "
            "`data-sets/D/revisions/R/assets/A`, `jobs/J`, `event-actions/E`.",
            TERRAFORM,
            DATA,
        ),
        doc("grant-arn", "A data grant's ARN is `data-grants/G` in the sender's account.", api("CreateDataGrant")),
        seen("entitled-arns", "An entitled thing's ARN has the same path and an empty account.", SAMPLES, DATA),
        doc(
            "entitled-ids",
            "An entitled copy has ids of its own for data set, revisions and assets, all different from the owner's.",
            api("DataSetEntry"),
            api("RevisionEntry"),
            api("AssetEntry"),
        ),
        doc(
            "source-id",
            "SourceId names the owner's original, and is shown to the owner only.",
            api("DataSetEntry"),
            api("RevisionEntry"),
            api("AssetEntry"),
        ),
        seen("names", "Names are never unique: nothing collides on create.", REVISION_ASSETS, JOB_TESTS),
        assumed("partition", "ARNs have the partition of their region."),
        assumed("apart", "State is kept per account and region: nothing of another is found or listed."),
        doc(
            "unknown-region",
            "A region that botocore's partition data does not list has no host: EndpointConnectionError.",
            PARTITIONS,
        ),
        assumed("unknown-region-option", "unknown_regions=True answers it all the same."),
    ),
    section(
        "moments",
        "Moments",
        doc("form", "In answers: ISO 8601, UTC, milliseconds, `Z`.", JOBS, DATA),
        assumed("as-sent", "A moment of a request comes back as sent, in that form, cut to milliseconds."),
        seen(
            "created",
            "CreatedAt and UpdatedAt are equal at creation: data set, revision, asset, job.",
            NOTES,
            DATA,
        ),
        assumed("created-others", "So are an event action's and a data grant's."),
        seen("data-set", "An update of a data set with a member moves its UpdatedAt.", NOTES),
        seen(
            "revision",
            "Finalising, un-finalising, a comment and a revocation move a revision's; revoked, it is RevokedAt.",
            NOTES,
        ),
        assumed("asset", "Renaming moves an asset's."),
        assumed("job", "Start, end and cancelling move a job's; a read that ends nothing does not."),
        assumed("event-action", "An update with an Action moves an event action's."),
        assumed("grant", "Acceptance moves a grant's."),
        assumed("above", "Imports, tags and changes below move nothing above them; tagging moves nothing at all."),
        assumed("apart", "Two created things never share a moment: the next one is at least a millisecond later."),
    ),
    section(
        "order",
        "Order of the checks",
        assumed("signature", "Signature and route are looked at before the body."),
        assumed("body-fault", "A body that cannot be read is refused before a fault of aws.fail() is applied."),
        assumed("fault-constraints", "A fault of aws.fail() is applied before constraints are checked."),
        assumed("constraints-rules", "Constraints are checked before rules between members."),
        assumed("rules-lookups", "Rules of the request come before look-ups."),
        assumed("outermost", "Look-ups go from data set to revision to asset."),
        assumed("lookups-ownership", "All that a request names is looked for before it is asked whose it is."),
        assumed("lookups-state", "Look-ups come before states."),
        assumed("lookups-token", "Look-ups come before NextToken."),
        assumed("state-quotas", "States come before quotas."),
        assumed("nothing-changes", "A request that is refused changes nothing."),
    ),
    section(
        "references",
        "Resources of other services (`check_references=True`)",
        assumed(
            "missing",
            "Beside moto a missing key of an event action or of KmsKeysToGrant: ValidationException, "
            "`KMS key {arn} does not exist or is not accessible.`",
        ),
        assumed("where", "A key is looked up in the account and region of its ARN."),
        assumed("off", "Without the option, or while moto is off, these keys are not looked up."),
        assumed(
            "always",
            "Buckets, and the keys of exports, are looked up whatever the option says, as the jobs' rules say.",
        ),
    ),
    section(
        "wire",
        "On the wire",
        doc("operations", "The 37 operations are served at the model's methods and paths.", MODEL),
        doc(
            "statuses",
            "Creates answer 201, StartJob and SendDataSetNotification 202, CancelJob, deletes and tagging 204, "
            "the rest 200.",
            MODEL,
        ),
        doc("no-body", "Answers of 202 and 204 have no body.", MODEL),
        doc("arn-labels", "An ARN travels as one percent-encoded label of the path.", MODEL),
        doc("tags-key", "The tag operations' JSON key is `tags`, both ways.", MODEL),
        assumed(
            "unsigned",
            "An unsigned request and an unknown route get API Gateway's 403 `MissingAuthenticationTokenException`.",
        ),
        assumed("not-json", "A body that is no JSON, or a scalar: `SerializationException` 400, body `{}`."),
        assumed(
            "wrong-types",
            "A value of the wrong JSON type: `SerializationException` 400, worded as by AppIntegrations.",
        ),
        assumed("bad-moment", "An unreadable moment is a `SerializationException` too."),
        assumed("request-id", "Every answer has a fresh UUID as `x-amzn-RequestId`."),
        assumed("unknown-members", "Body members that the model does not know are ignored."),
        assumed("null", "A JSON null member counts as absent."),
        assumed("empty-body", "An empty body counts as `{}`."),
        assumed("errors", "Each operation answers no other modelled errors than docs/operations.md says."),
        doc(
            "error-form",
            "An error has its code in `x-amzn-errortype`, its text as `Message` (capital M), and its other members "
            "beside it: at the top level of `ClientError.response`.",
            MODEL,
        ),
    ),
    section(
        "constraints",
        "Constraint violations",
        seen("code", "A broken constraint is a `ValidationException`, 400, which the model has.", RECORDED_TEXT),
        seen("whole", "Patterns match the whole value: an ARN as DataSetId is refused.", RECORDED_TEXT),
        seen("text", "The text of an ARN as DataSetId, word for word.", RECORDED_TEXT),
        assumed(
            "joined",
            "`The following parameter(s) are not valid: `, all complaints in the model's member order joined by `, `, "
            "a full stop.",
        ),
        assumed("most", "A request with more than 10,000 violations: the first 10,000 are listed."),
        assumed("path", 'The name is the path in the model\'s spelling: `"Details.X.AssetSources[0].Bucket"`.'),
        seen("id-characters", "Ids: `must only contain alpha-numeric characters`.", RECORDED_TEXT),
        seen("id-long", "`length must be less than or equal to 40 characters long`.", RECORDED_TEXT),
        assumed("id-short", "`length must be at least 30 characters long`; each complaint that applies is reported."),
        assumed("required", "`is required`."),
        assumed("length", "`length must be at least N` / `less than or equal to N characters long`."),
        assumed("empty", "An empty string where one character is needed: `is not allowed to be empty`."),
        assumed("items", "`must contain at least N items` / `must contain less than or equal to N items`."),
        assumed("range", "`must be greater than or equal to N` / `must be less than or equal to N`."),
        assumed("enum", "`must be one of [A, B]`."),
        assumed("pattern", 'Another pattern: `with value "V" fails to match the required pattern: /P/`.'),
        assumed("account-id", "CatalogId is 12 digits: the model's pattern can match nothing.", MODEL),
        doc("data-set", "A data set's Name has 1 to 256 characters, its Description 1 to 16,384.", DATA),
        assumed("asset-name", "An asset's name has at least one character."),
        doc("grant-description", "A grant's Description has 1 to 16,384 characters.", api("GetDataGrant")),
        assumed("origin", "ListDataSets' Origin is OWNED or ENTITLED."),
        assumed("at-least-one", "AssetSources and AssetDestinations have at least one entry."),
        doc(
            "strange-ids",
            "EventActionId, EventSourceId, and the ids of ListJobs and SendApiAsset may be any text: a strange one is "
            "merely unknown.",
            MODEL,
        ),
        assumed("partitions", "Patterns that name `arn:aws:` take every `aws...` partition."),
    ),
    section(
        "errors",
        "Errors and their texts",
        seen("not-found", "Unknown and deleted things: `ResourceNotFoundException`, 404.", LIVE),
        assumed(
            "not-found-text", "`The {kind} {id} could not be found.`, with ResourceId and ResourceType, for all kinds."
        ),
        assumed("conflict", "A state that forbids it: `ConflictException`, 409, with ResourceId and ResourceType."),
        assumed("revision-order", "For a revision, revoked is reported first, then published, then finalised."),
        assumed("finalized", "`Revision {id} is finalized and cannot be changed.`"),
        assumed("published", "`Revision {id} is published and cannot be changed.`"),
        assumed("revoked", "`Revision {id} is revoked and cannot be changed.`"),
        assumed("unfinalized", "`Revision {id} is not finalized and cannot be revoked.`"),
        assumed("in-use", "`Data set {id} is in use by a product or a data grant.`"),
        assumed("job-state", "`Job {id} is in state {STATE}, not WAITING.`"),
        assumed("grant-state", "`Data grant {id} has already been accepted.` / `... has ended.`"),
        assumed("token-reused", "`ClientToken {token} was used with other parameters.`"),
        assumed("read-only", "`AccessDeniedException`, 403: `Entitled data set {id} is read-only.`"),
        assumed("access-revoked", "`AccessDeniedException`, 403: `Access to revision {id} has been revoked.`"),
        assumed(
            "limit",
            "`ServiceLimitExceededException`, **402**, with LimitName and LimitValue: `The limit for {LimitName} "
            "({value}) has been reached.`",
            MODEL,
        ),
        doc(
            "limit-not-modelled",
            "The model does not list it for CreateJob, StartJob and CreateRevision, whose quotas give it too.",
            MODEL,
        ),
        assumed("limit-value", "The value is written without needless decimals."),
        assumed("no-assets", "`Revision {id} has no assets.`"),
        assumed("details", "`Details must have exactly one member, {Member}, for a job of type {TYPE}.`"),
        assumed("asset-type", "`Data set {id} has asset type {X}; {Y} is needed.`"),
        assumed("kms-key", "`KmsKeyArn is required for encryption type aws:kms.`"),
        assumed("destinations", "`RevisionDestinations must have exactly one entry.`"),
        assumed("datashare", "`{arn} is not the ARN of a datashare.`"),
        assumed("lake-formation", "`Database or Table is required.`"),
        assumed(
            "bucket",
            "`Bucket {bucket} does not exist or is not accessible.`, with ExceptionCause `S3AccessDenied`.",
        ),
        assumed(
            "event-action",
            "`Data set {id} is not an entitled data set.`, `Event must have RevisionPublished.`, "
            "`Action must have ExportRevisionToS3.`",
        ),
        assumed("grant", "`EndsAt must be in the future.`, `ReceiverPrincipal must be another account.`"),
        seen(
            "marketplace",
            "The last five words of `Data set {id} is not configured for AWS Marketplace.`",
            LIVE_BINDINGS,
        ),
        assumed("next-token", "`NextToken is not valid.`"),
        assumed("never-alone", "Throttling, InternalServer and IAM's AccessDenied come only by aws.fail().", MODEL),
    ),
    section(
        "answers",
        "What answers show",
        assumed("members", "Always: what the list entry's model requires; every other member only with a value."),
        assumed("false", "Finalized and Revoked of a revision, false too."),
        doc("tags", "Tags are in Create and Get answers only; of assets in Get only.", api("GetAsset"), MODEL),
        seen("empty-comment", '`Comment: ""` stores no comment.', NOTES),
        doc(
            "asset-details",
            "AssetDetails holds the one member of the asset's type; a file's Size is a number of bytes.",
            DATA,
            api("AssetDetails"),
        ),
    ),
    section(
        "data-sets",
        "Data sets",
        doc("update", "UpdateDataSet changes Name and Description; the AssetType is fixed.", api("UpdateDataSet")),
        assumed("update-nothing", "An update without members answers 200 and changes nothing."),
        doc("entitled-text", "Entitled copies keep the old name and description.", DATA),
        doc("delete", "DeleteDataSet takes all revisions and assets along, finalised ones too.", api("DeleteDataSet")),
        seen("delete-open", "An open revision goes with it.", NOTES),
        assumed("jobs-stay", "Jobs outlive their data set."),
        assumed("delete-granted", "With a live grant, accepted or not, a data set cannot be deleted."),
        assumed("delete-after", "It can be once its grants are deleted or past EndsAt."),
        assumed("delete-product", "In a product it cannot be deleted."),
    ),
    section(
        "revisions",
        "Revisions",
        seen("update-nothing", "An update without members answers 200 and changes nothing, revoked or not.", NOTES),
        seen("finalize", "An open revision with assets can be finalised.", REVISION_ASSETS, TERRAFORM),
        seen("finalize-comment", "The comment may change in the same call.", NOTES),
        doc("no-assets", "One without assets cannot be finalised.", DATA),
        assumed("finalize-again", "Finalising again without a Comment changes nothing."),
        seen("reopen", "A finalised, unpublished one can be opened again.", TERRAFORM),
        assumed("reopen-comment", "A comment may change in that call."),
        doc("reopen-published", "A published one cannot be opened again.", DATA),
        seen("reopen-delete", "A finalised one that was opened again can be deleted.", NOTES),
        seen("reopen-empty", "Finalized=false on an open one without assets is taken.", NOTES),
        assumed("reopen-open", "Finalized=false on an open one changes its comment at most."),
        seen("comment", "An open one's comment can change.", LIVE),
        assumed("comment-finalized", "A finalised one's comment cannot."),
        assumed("update-revoked", "A revoked one takes no update that has a member."),
        seen("delete", "An open one can be deleted, and its assets go with it.", LIVE, TERRAFORM),
        assumed("delete-others", "A finalised, published or revoked one cannot."),
        assumed("revoke-open", "An open one cannot be revoked."),
        doc(
            "revoke",
            "A finalised one can, for good: Finalized, Revoked, RevokedAt, RevocationComment; its assets stay.",
            api("RevokeRevision"),
            DATA,
        ),
        assumed("revoke-again", "Revoking again changes the comment and UpdatedAt, RevokedAt stays."),
        assumed("import-open", "Jobs import into open revisions only."),
        assumed("copies-live", "Without a live grant a finalised revision of no product can be opened again."),
    ),
    section(
        "assets",
        "Assets",
        doc("rename", "UpdateAsset renames, in an open revision, to any name that is not empty.", api("UpdateAsset")),
        doc("delete", "DeleteAsset works in an open and in a revoked revision.", api("DeleteAsset")),
        assumed("other-states", "In any other state both are refused."),
        doc("names-repeat", "Asset names may repeat in a revision.", KEY_PATTERNS),
    ),
    section(
        "publication",
        "Publication",
        doc("live-grant", "A finalised revision is published while its data set is in a live grant.", DATA),
        doc("product", "In a product it is published for good.", DATA),
        doc("at-once", "Finalising in a granted or a product's data set publishes at once.", DATA),
        assumed(
            "publish-revision",
            "backend.publish_revision puts an owned data set in a product for good, and publishes that revision.",
        ),
        assumed("product-id", "The product's id is `prod-` and 13 characters of `a-z0-9`."),
        doc("owner", "The owner sees the entitled copy in its own account, with SourceId everywhere.", DATA),
        assumed("only-published", "The copy has what was published that way or finalised later, nothing older."),
        assumed("again", "Publishing what is published changes nothing."),
        assumed("misuse", "Unknown ids, and revisions that are open or revoked, raise AppintMockError."),
        assumed(
            "seeding",
            "backend.add_entitled_data_set gives the account a product's data set with its revisions and assets.",
        ),
        assumed("seeding-order", "Later entries of `revisions` are newer."),
        assumed("seeding-id", "A revision's `id` and `comment` may be given."),
        assumed("seeding-details", "What a given AssetDetails structure lacks is made up."),
        assumed("seeding-hidden", "`published: False` is invisible until publish_revision is called for it."),
        assumed("seeding-misuse", "What does not fit raises AppintMockError and adds nothing."),
        assumed(
            "seed-moments", "Seeded revisions are a minute apart, the last one now, unless they have `created_at`."
        ),
        assumed("seed-ids", "A seed takes ids for data set, revisions and assets."),
        assumed("seed-size", "A seed takes the size of a file in place of its bytes, which then are zeros."),
        assumed("seed-product", "A seed needs a product's id."),
        assumed("end-subscription", "backend.end_subscription ends the access to a seeded data set."),
    ),
    section(
        "entitled",
        "Entitled data",
        doc(
            "data-set",
            "An entitled data set has Origin ENTITLED, OriginDetails with the ProductId or the DataGrantId, the text "
            "and type of the grant, first publication or seeding, and never tags.",
            DATA,
            api("OriginDetails"),
        ),
        assumed("data-set-created", "Its CreatedAt is that moment."),
        assumed("named-by-grant", "A grant names its entitled data set's id from its creation on."),
        assumed("receiver-only", "A grant's copy exists for the receiver only."),
        doc(
            "revision",
            "An entitled revision is Finalized; its CreatedAt is the publication: of a grant, the later of "
            "CreateDataGrant and finalising.",
            DATA,
        ),
        doc("unpublished", "Unpublished revisions are neither found nor listed.", DATA),
        doc(
            "revoked",
            "A revoked revision stays listed with Revoked, RevokedAt, RevocationComment, its assets too; it cannot "
            "be exported.",
            api("RevokeRevision"),
        ),
        assumed("revoked-code", "Exporting it is AccessDeniedException at CreateJob."),
        doc(
            "read-only",
            "Entitled data is read-only: no update, create, delete, revocation, import, grant, notification, tag.",
            DATA,
        ),
        assumed("read-only-code", "All of that is AccessDeniedException."),
        assumed(
            "access-ends",
            "From the grant's deletion or EndsAt on, data set, revisions and assets are not found and not listed.",
        ),
        assumed("stays", "Jobs and event actions stay when access ends."),
        assumed("fires-no-more", "Nothing fires any more."),
        assumed("revoked-before", "A revision that was revoked before the grant arrives revoked."),
        assumed("revoked-twice", "A second revocation's comment reaches the copies; their RevokedAt stays."),
        assumed("assets-stay", "Assets deleted from a revoked revision stay with the copies."),
        assumed("apart", "A product's copy and each grant's copy of one data set are apart."),
    ),
    section(
        "lists",
        "Lists",
        doc(
            "newest-first",
            "ListJobs, ListDataSetRevisions and ListDataSets of OWNED: newest first.",
            api("ListJobs"),
            api("ListDataSetRevisions"),
            api("ListDataSets"),
        ),
        assumed(
            "job-filters",
            "ListJobs filters by DataSetId and RevisionId, alone or together; unknown values give an empty list.",
        ),
        assumed("no-origin", "ListDataSets without Origin is as with OWNED."),
        assumed("arrival", "ENTITLED data sets are listed in the order of arrival."),
        doc("assets", "ListRevisionAssets: by Name descending, by code point.", api("ListRevisionAssets")),
        assumed("equal-names", "Of equal names the newest first."),
        assumed("creation", "Event actions and both lists of grants: in the order of creation."),
        assumed("event-source", "EventSourceId is the id of the data set that is watched."),
        assumed("acceptance-state", "AcceptanceState filters by any of several states, in any order."),
        assumed("equal-moments", "Of equal moments the later created is the newer; a clock set back changes no order."),
        assumed("update-place", "An update moves nothing in a list; renaming an asset does."),
        assumed("default-page", "The default page has 100 items."),
        doc("largest-page", "MaxResults is 1 to 200.", MODEL),
        assumed("page-size", "The option page_size=n caps both at n."),
        seen("last-page", "NextToken is opaque, and absent on the last page.", LIVE_BINDINGS, SAMPLES),
        assumed(
            "token-scope",
            "A token holds for the same operation, filters, ids, account and region only, with any page size.",
        ),
        assumed("invalid-token", "Anything else as NextToken is a ValidationException."),
        assumed("walk", "A walk sees each lasting item exactly once, whatever comes and goes meanwhile."),
        assumed("always-there", "The list member is always there, empty too."),
        doc("no-tags", "Entries never carry Tags.", MODEL),
        assumed(
            "grants",
            "ListDataGrants has what the caller sent, ListReceivedDataGrants what was sent to it, pending and ended "
            "too, deleted ones not.",
        ),
    ),
    section(
        "jobs",
        "The life of a job",
        doc(
            "states",
            "CreateJob makes a job WAITING; StartJob IN_PROGRESS, which ends COMPLETED or ERROR; CancelJob CANCELLED.",
            JOBS,
            api("CancelJob"),
        ),
        doc("waiting-only", "StartJob and CancelJob need state WAITING.", JOBS, api("CancelJob")),
        seen("errors", "Errors is present only in state ERROR.", LIVE_BINDINGS, JOB_TESTS),
        doc("configuration", "AssetConfiguration is echoed.", api("CreateJob")),
        doc("asset-tags", "Its tags go on the assets that the job makes.", api("AssetConfiguration")),
        seen("details", "Details holds the request's member as sent: what was left out stays out.", JOB_TESTS),
        seen("no-asset-ids", "Details names no assets that the job made.", REVISION_ASSETS, NOTES),
        doc("lifetime", "A job is gone 90 days after its CreatedAt: not found, not listed.", JOBS),
        assumed("lifetime-exact", "Gone at exactly CreatedAt + 90 days; it counts for no quota any more."),
        doc("list-same", "ListJobs shows what GetJob shows.", api("JobEntry"), api("GetJob")),
        doc(
            "asynchronous",
            "An import goes on after StartJob: its assets are not there before the job has ended.",
            JOBS,
        ),
        assumed(
            "polls-zero", "job_polls=0: an export has ended when StartJob returns, an import ends at the first look."
        ),
        assumed(
            "look",
            "GetJob, ListJobs, and GetAsset and ListRevisionAssets of its revision are looks at a job in progress.",
        ),
        assumed("reads-at-start", "What an import reads (objects, uploads, missing ones) it reads at StartJob."),
        assumed(
            "finalised-meanwhile",
            "A revision that is finalised before its import has ended is refused for want of assets, or lets the "
            "job end "
            "in ERROR.",
        ),
        assumed("moved", "A step of the clock ends all jobs in progress, but with job_polls=None or job_seconds."),
        assumed(
            "seconds",
            "job_seconds=s: a job ends when the clock has passed that, with or without reads; with job_polls=0 no read "
            "ends it.",
        ),
        assumed(
            "fault",
            "aws.fail_job lets the next jobs of a type end in ERROR with that JobError and without effects.",
        ),
        assumed("polls", "job_polls=n: n looks show IN_PROGRESS, the next look executes first and shows the end."),
        assumed("polls-list", "ListJobs is a read of each job on its page, and of no other."),
        assumed("polls-unread", "A job that is not read does not progress, unless the clock moves."),
        assumed("polls-none", "job_polls=None without job_seconds: only backend.finish_job ends it."),
        assumed("polls-lookup", "job_polls is looked up at each read, so an inner scope changes it."),
        assumed("cancelled", "A cancelled job has no effects."),
        assumed("waits", "A WAITING job never times out by itself."),
        assumed("state-quota", "StartJob asks the state before the quota."),
        assumed("finish", "backend.finish_job ends a WAITING or IN_PROGRESS job; COMPLETED executes, and may fail."),
        assumed("finish-others", "ERROR, TIMED_OUT and CANCELLED end it without effects."),
        assumed("finish-errors", "ERROR shows the given JobErrors, or one INTERNAL_SERVER_EXCEPTION `The job failed.`"),
        assumed("finish-misuse", "An ended or unknown job, a wrong state or error raises AppintMockError."),
        assumed("snapshot", "A snapshot holds jobs, uploads, assets' bytes, events and the built-in store."),
    ),
    section(
        "create-job",
        "Checks at CreateJob",
        assumed("details-first", "First: Details has exactly the member of Type."),
        assumed("rules-quotas", "Then the type's rules, the per-job quotas, the data set, the revision, the assets."),
        assumed("entitled-type", "An import into entitled data is denied before the asset type is looked at."),
        assumed("type-revision", "The asset type is looked at before the revision."),
        assumed("state-assets", "States (finalised for an import, revoked for a subscriber) come before assets."),
        assumed("state-bucket", "S3 data access: the state comes before the bucket, which is asked for last."),
        assumed("tags", "Tags in AssetConfiguration are checked after the type's rules and before quotas."),
        assumed("kms-empty", "An empty KmsKeyArn counts as missing."),
        assumed("bucket-later", "No other job's buckets are looked for before its execution."),
        assumed("every-asset", "Each asset of an export is looked for."),
        assumed("kms-key", "`{arn} is not the ARN of a KMS key.`, wherever one is named."),
    ),
    section(
        "job-types",
        "Types of jobs",
        doc("asset-type", "Each type works on data sets of its asset type only.", JOBS, MODEL),
        assumed("at-least-one", "Imports have at least one source, EXPORT_ASSETS_TO_S3 at least one destination."),
        assumed(
            "s3-copy", "IMPORT_ASSETS_FROM_S3 copies each object's bytes into one asset; all or nothing.", IMPORT_S3
        ),
        seen("s3-name", "The asset's Name is the object's Key.", LIVE_BINDINGS, REVISION_ASSETS),
        assumed("s3-twice", "One object may be imported twice."),
        assumed("s3-late", "The objects at the execution count, not those at CreateJob."),
        seen(
            "url-additions",
            "IMPORT_ASSET_FROM_SIGNED_URL has SignedUrl and SignedUrlExpiresAt, CreatedAt + 1 h, from CreateJob on.",
            REVISION_ASSETS,
            JOB_TESTS,
        ),
        seen("url-name", "The uploaded body becomes an asset, Name = AssetName as sent.", REVISION_ASSETS, JOB_TESTS),
        seen("url-md5", "Md5Hash is not decoded before the execution.", JOB_TESTS),
        doc(
            "export-key",
            "EXPORT_ASSETS_TO_S3 writes each asset to Bucket and Key; Key defaults to the asset's name.",
            api("UpdateAsset"),
        ),
        assumed("export-key-empty", "An empty Key takes the asset's name too."),
        assumed("export-key-twice", "Two destinations with one bucket and key: the last wins."),
        assumed(
            "export-url",
            "EXPORT_ASSET_TO_SIGNED_URL has SignedUrl and SignedUrlExpiresAt, end + 1 h, when COMPLETED, not before.",
        ),
        doc("one-destination", "EXPORT_REVISIONS_TO_S3 has exactly one destination.", api("RevisionDestinationEntry")),
        doc(
            "event-action-arn",
            "It has EventActionArn if an event action started it.",
            api("ExportRevisionsToS3ResponseDetails"),
        ),
        assumed("whole-revision", "It writes one object per asset; an empty revision writes nothing and completes."),
        assumed("redshift-arn", "A datashare's ARN is `arn:aws:redshift:R:12 digits:datashare:NAMESPACE/NAME`."),
        doc(
            "redshift-name",
            "IMPORT_ASSETS_FROM_REDSHIFT_DATA_SHARES: an asset per share, Name = NAME.",
            IMPORT_REDSHIFT,
        ),
        doc(
            "api-additions",
            "IMPORT_ASSET_FROM_API_GATEWAY_API has ApiSpecificationUploadUrl and ...ExpiresAt, 1 h, from CreateJob on.",
            api("ImportAssetFromApiGatewayApiResponseDetails"),
        ),
        doc("api-name", "Its asset's Name is the ApiName.", IMPORT_API, api("AssetEntry")),
        assumed(
            "api-details",
            "Its AssetDetails: the members sent, and ApiEndpoint "
            "`https://{ApiId}.execute-api.{region}.amazonaws.com/{Stage}`; ApiDescription and ApiKey only if sent.",
        ),
        assumed("api-url", "Each answer with it has a fresh ApiSpecificationDownloadUrl, good for 1 h."),
        seen(
            "s3-access-name",
            "CREATE_S3_DATA_ACCESS_FROM_S3_BUCKET makes one asset, Name `s3-data-access-{asset id}`.",
            REVISION_ASSETS,
            TERRAFORM,
        ),
        seen(
            "s3-access-point",
            "It has S3AccessPointArn `arn:aws:s3:{region}:{12 digits}:accesspoint/{uuid}` and an S3AccessPointAlias "
            "that ends in `-s3alias`.",
            REVISION_ASSETS,
            TERRAFORM,
        ),
        assumed("s3-access-details", "And the members of AssetSource as sent."),
        assumed("s3-access-many", "Any number of Keys and KeyPrefixes are taken."),
        assumed("s3-access-bucket", "Its bucket must exist at CreateJob."),
        assumed("lake-formation-rule", "The Lake Formation import needs Database or Table."),
        doc(
            "lake-formation-names",
            "It makes an asset per given resource: `Database(s) included in LF-tag policy`, `Table(s) ...`.",
            IMPORT_LAKE_FORMATION,
        ),
        assumed("lake-formation-details", "With the LF-tag policy's details, Permissions and RoleArn."),
        seen("open-exports", "Exports of open revisions are accepted.", NOTES),
        assumed("owner-exports", "The owner exports from finalised and revoked revisions too."),
        doc("subscriber-exports", "A subscriber exports from published, unrevoked revisions.", JOBS, ACCEPTING),
        doc("overwrite", "Exports overwrite existing objects.", KEY_PATTERNS),
        assumed("all-or-nothing", "An export that fails writes nothing at all."),
        assumed("asset-moment", "The assets of a job have the moment of its end as CreatedAt."),
        assumed("encryption", "Encryption is shown again in Details."),
    ),
    section(
        "job-errors",
        "Job errors",
        assumed(
            "objects",
            "Missing buckets and keys: RESOURCE_NOT_FOUND_EXCEPTION, `{n} of the objects to import could not be "
            "found.`, and every missing one in request order.",
        ),
        assumed(
            "no-upload",
            "RESOURCE_NOT_FOUND_EXCEPTION, `No file was uploaded to the signed URL.`; of a signed URL import with the "
            "AssetName.",
        ),
        assumed("md5", "VALIDATION_EXCEPTION, `The MD5 hash of the uploaded file does not match.`, likewise."),
        assumed("bucket", "RESOURCE_NOT_FOUND_EXCEPTION, `Bucket {bucket} could not be found.`"),
        assumed("gone", "Data set, revision or asset gone: RESOURCE_NOT_FOUND_EXCEPTION with its type and id."),
        assumed("access-ended", "So when access to the data set has ended."),
        assumed("finalized", "Finalised meanwhile: VALIDATION_EXCEPTION, `Revision {id} is finalized ...`."),
        assumed("published", "Published or revoked meanwhile: the same, with that word."),
        assumed("revoked", "Entitled and revoked meanwhile: ACCESS_DENIED_EXCEPTION with the revision."),
        doc("collision", "Two assets of a revision with one key fail its export.", KEY_PATTERNS),
        assumed("collision-text", "VALIDATION_EXCEPTION, `More than one asset would be exported to {key}.`"),
        assumed("room", "Too many assets: SERVICE_QUOTA_EXCEEDED_EXCEPTION with LimitName and LimitValue."),
        assumed("size", "An asset too large: the same, `Asset size in GB`."),
        assumed("malware", "MALWARE_* codes appear through fail_job and backend.finish_job only."),
        assumed("order", "The data set is asked for first, then the revision and its state, then objects or assets."),
        assumed("import-order", "Imports then: objects or upload, MD5, number of assets, size of assets."),
        assumed("export-order", "Exports then: two assets for one key, then the bucket."),
        assumed("one", "A job ends with one error."),
    ),
    section(
        "objects",
        "The object store",
        assumed("moto", "While moto's mock is on, jobs read and write moto's S3."),
        assumed("built-in", "Otherwise aws.objects: a mutable mapping from bucket and key to bytes."),
        assumed("buckets", "Setting a key makes its bucket; create_bucket makes an empty one."),
        assumed("no-fall-back", "Neither falls back to the other."),
        assumed("one-store", "The built-in store is one for all accounts and regions."),
        assumed("global", "Bucket names are global: another account's bucket is found."),
        assumed("policies", "Policies and IAM are not evaluated."),
        assumed("encryption", "With Encryption moto's objects carry it and its key; without, none of ours.", EXPORTS),
        assumed("copies", "An asset holds a copy: later changes of the source do not reach it."),
        assumed("versions", "Of a versioned object the newest version counts; a deleted one is missing."),
        doc("bucket-names", "aws.objects takes only names of buckets that S3 allows.", S3_NAMES),
        assumed("kms-key", "Beside moto's KMS, a key that it does not have: ERROR, ACCESS_DENIED_EXCEPTION."),
        assumed("key-length", "A key of over 1,024 bytes: the job ends in ERROR, VALIDATION_EXCEPTION."),
    ),
    section(
        "signed-urls",
        "Signed URLs",
        assumed(
            "form",
            "`https`, a host `....s3.REGION.amazonaws.com`, and S3's query: algorithm, credential, date, "
            "`X-Amz-Expires=3600`, signed headers, signature.",
        ),
        assumed("clients", "In the scope `requests`, `urlopen` and `urlretrieve` are answered."),
        seen("put-answer", "PUT to an upload URL: 200 with an empty body.", NOTES),
        assumed("put", "The last body that was put counts."),
        assumed("content-md5", "A Content-MD5 that does not fit: 400, and nothing is stored."),
        assumed("md5-later", "Whether the file is that of Md5Hash shows at the execution only."),
        assumed("get", "GET of a download URL: 200, the bytes and Content-Length, as often as wanted."),
        assumed("method", "The other method, HEAD included: 403."),
        assumed("changed", "A changed path or query: 403."),
        assumed("expiry", "403 from exactly one hour of the clock on."),
        assumed("errors", "Refusals are S3's XML with its codes."),
        assumed("chunked", "A body of unknown length: 501, as S3 does."),
        assumed("after-end", "An upload after the job's end is taken and changes nothing."),
        assumed("held", "A download gives what the asset held at the job's end, whatever becomes of it."),
        assumed("range", "GET of one range: 206, or 416 after the end; of anything else: the whole file."),
        assumed("headers", "ETag (MD5), Last-Modified, Accept-Ranges and x-amz-request-id as S3 gives them."),
        assumed("reset", "After a reset a URL holds nothing: 404."),
        assumed("unknown", "A URL of an earlier scope, or of a dropped job: 404 NoSuchKey, never the network."),
        assumed("snapshot", "URLs outlive a snapshot and its restoring."),
        assumed("outside", "Outside the scope they are ordinary URLs to the network."),
        assumed("moto", "moto's own S3 over requests keeps working, whichever mock was opened first."),
    ),
    section(
        "key-patterns",
        "Key patterns",
        doc("default", "EXPORT_REVISIONS_TO_S3's default is `${Asset.Name}`.", EXPORTS_BY_SDK),
        doc("default-event-action", "An event action's is `${Revision.CreatedAt}/${Asset.Name}`.", AUTO_EXPORTS),
        assumed("not-echoed", "A default is not echoed, except in an event action's jobs."),
        assumed("literal", "Text outside `${...}` is literal, a `$` without `{` too."),
        doc("one-needed", "`${Asset.Id}` or `${Asset.Name}` must occur.", KEY_PATTERNS),
        doc(
            "variables",
            "`${Asset.Id}`, `${Asset.Name}`, `${DataSet.Id}`, `${DataSet.Name}`, `${Revision.Id}`.",
            KEY_PATTERNS,
        ),
        doc("created-at", "`${Revision.CreatedAt}` is as `2021-10-08T16:33:19.787Z`.", KEY_PATTERNS),
        doc("parts", "`${Revision.CreatedAt.Year}`, `.Month`, `.Day` in UTC.", KEY_PATTERNS),
        assumed("padding", "They have four, two and two digits, padded with zeros."),
        doc("subscriber", "A subscriber's exports are named by the entitled ids and moments.", KEY_PATTERNS, DATA),
        assumed(
            "refusals",
            "`KeyPattern has the unknown variable ${X}.`, `KeyPattern must have ${Asset.Id} or ${Asset.Name}.`, "
            "`KeyPattern has an unclosed variable.`",
        ),
        assumed("where", "They are refused at CreateJob, CreateEventAction and UpdateEventAction."),
    ),
    section(
        "grants",
        "Data grants",
        assumed("source", "The source must be known and owned."),
        assumed("receiver", "The receiver is another account, EndsAt after now."),
        assumed("no-revision", "No finalised revision is needed."),
        doc(
            "create",
            "A new grant is PENDING_RECEIVER_ACCEPTANCE, has both data sets' ids and 12-digit principals.",
            api("CreateDataGrant"),
        ),
        assumed("given", "Description, EndsAt and Tags are present if given."),
        doc(
            "sender-view",
            "The sender's answers have SourceDataSetId and, in Create and Get, Tags.",
            api("GetDataGrant"),
            api("DataGrantSummaryEntry"),
        ),
        doc(
            "receiver-view",
            "The receiver's have neither, but SenderPrincipal.",
            api("GetReceivedDataGrant"),
            api("ReceivedDataGrantSummariesEntry"),
        ),
        doc(
            "summaries",
            "Summaries have no Description and no GrantDistributionScope.",
            api("DataGrantSummaryEntry"),
            api("ReceivedDataGrantSummariesEntry"),
        ),
        assumed("accepted-at", "AcceptedAt is present once accepted."),
        assumed("who", "The sender gets and deletes by id or ARN, the receiver by ARN, in the grant's region."),
        assumed("others", "For all others the grant is not found; nor is an ARN that differs from it."),
        assumed("accept", "Accepting: ACCEPTED, AcceptedAt = UpdatedAt."),
        doc("accept-data", "The entitled data set appears with acceptance.", ACCEPTING),
        assumed("accept-revisions", "With the revisions finalised so far, and later ones at once."),
        assumed("accept-twice", "Accepting again, or past EndsAt, is a conflict."),
        doc("ends-state", "When EndsAt passes, the state stays as it is.", api("DataGrantSummaryEntry")),
        assumed("ends", "Access ends at exactly EndsAt, and the grant can be deleted."),
        assumed("delete", "Deleting answers 204 in any state; it is gone for both, and access ends."),
        assumed("many", "One source may have any number of grants, each with an entitled data set of its own."),
        doc("no-update", "There is no update of a grant.", MODEL),
    ),
    section(
        "event-actions",
        "Event actions",
        seen("owned", "An owned data set cannot be watched: ValidationException.", LIVE),
        assumed("unknown", "An unknown, another account's or an ended one neither, in the same words."),
        assumed("files", "Its asset type must be S3_SNAPSHOT."),
        assumed("bucket", "The bucket must exist, at the update too."),
        assumed("rules", "What an export job would refuse is refused: key pattern and Encryption."),
        seen("action-as-sent", "Action comes back as sent.", NOTES),
        assumed("update", "UpdateEventAction replaces Action as a whole; without it nothing changes."),
        doc("update-tags", "Its answer has no Tags.", api("UpdateEventAction")),
        doc(
            "fires",
            "A publication starts an EXPORT_REVISIONS_TO_S3 job in the action's account.",
            api("AutoExportRevisionToS3RequestDetails"),
            AUTO_EXPORTS,
        ),
        assumed("order", "Each action of the data set, in order of creation."),
        assumed("job", "The job is never WAITING, and goes on by job_polls."),
        assumed("job-details", "Its Details have the pattern written out, Encryption if set, and EventActionArn."),
        assumed("before", "Revisions that were there before do not fire."),
        doc("probe", "CreateEventAction writes an object into the bucket, to see that it may.", AUTO_EXPORTS),
        assumed("probe-key", "The object is empty, and its key `_ADX-TEST-` and the account's id."),
        assumed("probe-option", "probe_objects=False: none is written."),
        assumed("failure", "A job that fails does not disturb the publication."),
    ),
    section(
        "events",
        "Events",
        assumed("list", "backend.events has the account's events in the region, oldest first."),
        assumed("handlers", "backend.on_event's handlers get each new event after it was added, in their order."),
        assumed("handlers-own", "A handler gets a copy, may call boto3; what it raises reaches the caller afterwards."),
        assumed("handlers-end", "Handlers are called when all that the call causes is done, whatever one raises."),
        doc(
            "frame",
            "An event has version, id (a UUID), detail-type, source `aws.dataexchange`, account, time (seconds), "
            "region, resources, detail.",
            EVENTS,
        ),
        assumed("receiver", "Ids, ARNs, names and the account are those of the receiver."),
        doc("revisions", "Details name RevisionIds, Revisions with Comment, DataSets and the Product.", EVENTS),
        assumed("comment", 'Without a comment it is `""`.'),
        assumed("product", "A product's Name is the data set's."),
        assumed("grant", "For a grant there is `DataGrant` with Arn and Name instead."),
        doc("published", "`Revision Published To Data Set`: each holder, at a publication.", EVENTS, EVENT_TYPES),
        assumed("published-before", "Revisions that come with acceptance or were seeded as published cause no event."),
        doc("published-types", "The other four asset types have names of their own.", EVENTS, EVENT_TYPES),
        doc("revoked", "`Revision Revoked`, with RevocationComment: the same.", EVENTS, EVENT_TYPES),
        assumed("revoked-first", "At the first revocation of a published revision only."),
        doc("revoked-data-access", "`Revision Revoked from S3 Data Access Data Set(s)` for S3 data access.", EVENTS),
        doc("accepted", "`Data Grant Accepted`: the sender.", EVENTS, EVENT_TYPES),
        doc("grant-revoked", "`Data Grant Revoked`: the receiver of an accepted, unended grant.", EVENTS, EVENT_TYPES),
        doc("exported", "`Auto-export Job Completed` / `Failed`: the action's account.", EVENTS, EVENT_TYPES),
        assumed("exported-resource", "Its resource is the product's id, for a grant the data set's."),
        doc(
            "notified",
            "`Data Updated in Data Set`, `Data Set Update Delayed`, `Schema Change Planned for Data Set`, "
            "`Deprecation Planned for Data Set`: each holder, at a notification.",
            EVENTS,
            EVENT_TYPES,
        ),
        doc("provider-contact", "Those of a product carry its ProviderContact.", EVENTS),
        doc(
            "added",
            "The first publication of an owned data set is preceded by the event of its type of data set that is "
            "published to a product.",
            EVENTS,
            EVENT_TYPES,
        ),
        doc("exported-product", "Those of a product have its Id and no Name.", EVENTS),
        assumed("emit", "backend.emit emits any event that AWS has, and raises AppintMockError for any other."),
        doc("notified-detail", "With DataSet, and the Notification as sent, its moments to the second.", EVENTS),
        assumed("export-after", "The event of a publication comes before those of its exports."),
        assumed("nobody", "Other jobs, and a pending grant's receiver, get no events."),
        assumed("region", "Events are those of the region of what changed; a reset forgets them."),
        assumed(
            "moto-targets",
            "Beside moto an event reaches, whole, each target that moto delivers to; another target gives one warning.",
        ),
    ),
    section(
        "api-assets",
        "SendApiAsset",
        doc("host", "It goes to a host of its own, `api-fulfill.`.", api("SendApiAsset"), MODEL),
        assumed("handler", "backend.on_api_asset's handler is asked first, known ids or not; a later one takes over."),
        assumed("defaults", 'Method defaults to POST, Path to `/`, the maps to `{}`, Body to `""`.'),
        assumed("answer", "It returns Body and ResponseHeaders, or the Body, or None: as without a handler."),
        assumed("wrong-answer", "Any other answer raises AppintMockError."),
        assumed("exception", "What it raises reaches the caller."),
        assumed("scope", "It answers for its account and region, and is no part of the state."),
        doc("echo", "Without a handler the answer echoes the request, as AWS's test product does.", SAMPLES),
        assumed("echo-form", 'As JSON `{"method", "path", "queryStringParameters", "headers", "body"}`.'),
        assumed("known", "Data set, revision and asset must then be known to the caller, of type API_GATEWAY_API."),
        assumed("revoked", "A revoked entitled one is denied; the owner may call its own in any state."),
        seen("headers", "ResponseHeaders shows every header of the answer.", NOTES),
        doc(
            "plain-requests",
            "A signed plain request to that host, `.amazonaws.com` or `.api.aws`, with any verb, is a call too: what "
            "follows `/v1` is the path, the query is passed on as it is.",
            CALLING_APIS,
        ),
        doc(
            "plain-headers",
            "Its headers without a prefix reach the API, except the signature's, the connection's and the three ids.",
            CALLING_APIS,
        ),
        assumed("status", "A handler may answer StatusCode: the status of the answer."),
        assumed("plain-path", "A plain request to another path than `/v1` is an unknown route."),
    ),
    section(
        "notifications",
        "SendDataSetNotification",
        seen("shared", "It needs a data set in a product or with a live grant.", LIVE_BINDINGS),
        assumed("pending", "A pending grant is enough; its receiver gets no event."),
        doc(
            "details",
            "Details are those of Type; DEPRECATION and SCHEMA_CHANGE need them, DATA_DELAY has none.",
            api("NotificationDetails"),
        ),
        doc(
            "moments",
            "DeprecationAt and SchemaChangeAt are in the future, DataUpdatedAt in the past.",
            api("SchemaChangeRequestDetails"),
            api("DeprecationRequestDetails"),
            api("DataUpdateRequestDetails"),
        ),
        assumed("now", "DataUpdatedAt may be the present millisecond."),
        doc("scope", "A Scope has at most 50 Keys and 50 KeyPrefixes.", api("S3DataAccessDetails")),
        doc("changes", "At most 100 Changes.", api("SchemaChangeRequestDetails")),
        assumed(
            "token", "The same ClientToken and content again: 202, no second event.", api("SendDataSetNotification")
        ),
        assumed("token-other", "With other content, or for another data set: a conflict."),
        assumed("no-token", "Without a token, each call causes an event."),
        assumed(
            "texts", "`Details must have ...`, `{moment} must be in the ...`, `{list} must have at most N entries.`"
        ),
    ),
    section(
        "tags",
        "Tags",
        doc("kinds", "Data sets, revisions, assets, event actions and the sender's grants have tags.", MODEL),
        seen("merge", "TagResource merges and overwrites.", LIVE, TERRAFORM),
        seen("empty-value", "An empty value is kept.", NOTES),
        doc("untag", "UntagResource removes the named; absent ones are no error.", api("UntagResource")),
        assumed("list", "ListTagsForResource always has Tags, `{}` too."),
        assumed("one-set", "Tags given at create are the same tags."),
        assumed("empty", "`Tags: {}` is none, at create and in TagResource."),
        assumed("limit", "`A resource can have at most 50 tags.`, after merging."),
        assumed("invalid", "`Tag {key} is not valid.`: key empty or over 128, value over 256, `aws:` in any case."),
        assumed("arn", "`{arn} is not the ARN of a resource that can be tagged.`: not Data Exchange's, or a job's."),
        assumed(
            "unknown", "Well-formed but unknown, of another account, region or partition: not found, by the last id."
        ),
        assumed("mixed", "A path whose parts do not belong together is not found."),
        assumed("states", "Finalised and revoked revisions can be tagged."),
        assumed("receiver", "A grant's receiver neither sees nor changes its tags."),
    ),
    section(
        "quotas",
        "Quotas",
        assumed("off", "Off by default. quotas=True: the defaults where one is known; a dict: only its keys."),
        assumed("unknown", "An unknown key is a ValueError when the scope opens."),
        doc("names", "LimitName is the model's.", LIMIT_NAMES, MODEL),
        doc("defaults", "AWS's defaults.", QUOTAS),
        assumed("counted", "Counted per account and region; deleted, entitled and gone things do not count."),
        assumed("data-sets", "`data_sets`: at CreateDataSet."),
        assumed("revisions", "Five quotas of revisions by asset type: at CreateRevision, one instead of the other."),
        assumed("assets", "Assets per revision, by type: the job ends in ERROR."),
        assumed("api-assets", "`api_gateway_assets_per_revision`: at CreateJob, after all look-ups."),
        assumed("asset-size", "`asset_size_gb`: the job ends in ERROR; 1 GB = 2³⁰ bytes, fractions allowed."),
        assumed("per-job", "Sources and destinations of one job: at CreateJob."),
        assumed("event-actions", "Event actions: at CreateEventAction, per data set before per account."),
        assumed("grants", "`data_grants`: at CreateDataGrant, the sender's live ones."),
        assumed("pending", "`pending_data_grants_per_consumer`: those pending for the receiver, from any sender."),
        assumed("concurrent", "`concurrent_<type>`: at StartJob, jobs of the type IN_PROGRESS."),
        assumed("auto", "Event actions' jobs are never refused, but count."),
        doc(
            "limits",
            "The limits that no account can have raised hold always: objects and datashares of a job, asset "
            "size, jobs in "
            "progress.",
            QUOTAS,
        ),
        doc(
            "adjustable",
            "Data sets, revisions, assets per revision, event actions can be raised: they are off.",
            QUOTAS,
        ),
        assumed("limit-taken-away", "quotas={key: None} takes a limit away."),
        seen("ten-jobs", "Ten jobs of a type at once are allowed, the 11th is refused.", LIVE_BINDINGS),
        seen("ended-jobs", "A job that was seen COMPLETED does not count.", LIVE_BINDINGS),
    ),
    section(
        "catalog",
        "Change sets of AWS Marketplace Catalog",
        doc("add-revisions", "`AddRevisions` publishes revisions of an owned data set in the product.", CATALOG),
        doc("add-data-sets", "`AddDataSets` puts owned data sets in the product.", CATALOG),
        assumed(
            "at-once", "A change set has ended when StartChangeSet returns: SUCCEEDED, or FAILED and nothing applied."
        ),
        assumed(
            "failed", "An unknown data set, an unknown or unfinalised revision: FAILED, CLIENT_ERROR, INVALID_INPUT."
        ),
        assumed("again", "A revision that is published already stays as it is, and the change set is SUCCEEDED."),
        assumed("products", "Any id that begins with `prod-` is a data product; another one is not found."),
        doc(
            "details",
            "Details come as text or as a document; what is no JSON object: ValidationException.",
            CATALOG,
        ),
        doc("token", "The same ClientRequestToken gives the first answer.", CATALOG),
        doc("validate", "Intent `VALIDATE` applies nothing.", CATALOG),
        assumed("others", "Other changes and entities raise UnmockedCallError: nothing here answers for them."),
    ),
)

holds = holder("dataexchange", SECTIONS)
