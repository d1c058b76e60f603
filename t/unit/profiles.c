/* How the profiles map bodies as the products send them: invented data in
 * t/data, in the documented shapes. */
#include "t/unit/tap.h"
#include "t/unit/fixture.h"
#include "t/unit/mapped.h"

#include "common/xml.h"

/* salesforce. */
static const char *
sf(const char *body)
{
	return mapped_by("{\"profile\":\"salesforce\",\"receive\":null}",
	    "application/json", body);
}

static void
wrappers(void)
{
	is_str(sf(slurp("cdc-relay.json")),
	    "003Zz00000LoyA1IAJ v1:1772601967000000.1 "
	    "t=2026-03-04T05:26:07.000000Z given_name=\"Mira\" email=null",
	    "Event Relay: what changed, and nothing that is only enriched");
	is_str(sf(slurp("cdc-cometd.json")),
	    "005Zz00000LoyU1IAJ v1:1772601968000000.2 "
	    "t=2026-03-04T05:26:08.000000Z status=\"suspended\" | "
	    "005Zz00000LoyU2IAJ v1:1772601968000000.2 "
	    "t=2026-03-04T05:26:08.000000Z status=\"suspended\"",
	    "CometD: a change of two records, a user that is deactivated");
	is_str(sf(slurp("cdc-pubsub.json")),
	    "003Zz00000LoyA1IAJ v1:1772601969000000.1 "
	    "t=2026-03-04T05:26:09.000000Z phone_number=null "
	    "birthdate=\"1990-02-28\"",
	    "Pub/Sub: nulls that did not change say nothing, dates are "
	    "milliseconds");
	is_str(sf(slurp("cdc-bare.json")),
	    "003Zz00000LoyA1IAJ v1:1772601970000000.1 "
	    "t=2026-03-04T05:26:10.000000Z given_name=\"Mira\" "
	    "family_name=\"Dell\" email=\"mira@example.org\" "
	    "birthdate=\"1990-02-28\"",
	    "bare: a new record, its nulls say nothing");
}

static void
changes(void)
{
	is_str(sf(with("cdc-relay.json", "client=crm", "client=loya")),
	    "echo", "what loya wrote comes back as an echo");
	is_str(sf(with("cdc-relay.json", "client=crm", "client=loya/")),
	    "echo", "also with a slash after it");
	ok(strncmp(sf(with("cdc-relay.json", "client=crm",
	    "client=loyalty")), "003Zz", 5) == 0,
	    "a client of a longer name is somebody else");
	is_str(sf(with("cdc-relay.json", "\"UPDATE\"", "\"DELETE\"")),
	    "003Zz00000LoyA1IAJ v1:1772601967000000.1 "
	    "t=2026-03-04T05:26:07.000000Z deleted", "DELETE");
	ok(strstr(sf(with("cdc-bare.json", "\"CREATE\"", "\"UNDELETE\"")),
	    "family_name=\"Dell\"") != NULL, "UNDELETE brings it back");
	is_str(sf(with("cdc-relay.json", "[\"Email\"]",
	    "[\"Email\",\"Name.FirstName\"]")), "003Zz00000LoyA1IAJ "
	    "v1:1772601967000000.1 t=2026-03-04T05:26:07.000000Z "
	    "given_name=null email=null",
	    "a part of a compound field that was cleared");
	is_str(sf(with("cdc-relay.json", "\"UPDATE\"", "\"GAP_UPDATE\"")),
	    "thin", "a gap is thin");
	is_str(sf(with("cdc-relay.json", "\"UPDATE\"", "\"GAP_OVERFLOW\"")),
	    "thin", "so is an overflow");
	is_str(sf(with("cdc-relay.json", "[\"LastModifiedDate\"",
	    "[\"0x650004E0\"")), "thin", "so are fields as a bitmap");
	is_str(sf(with("cdc-relay.json", "[\"LastModifiedDate\"",
	    "[\"5-0x2\"")), "thin", "also a nested one");
	is_str(sf(with("cdc-relay.json", "\"diffFields\":[]",
	    "\"diffFields\":[\"Description\"]")), "thin",
	    "so are differences of long texts");
	is_str(sf(with("cdc-relay.json", "003Zz00000LoyA1IAJ", "003*")),
	    "thin", "so is a wildcard for an id");
	is_str(sf(with("cdc-relay.json", "003Zz00000LoyA1IAJ", "M-1001")),
	    "bad_field: external_id: 'M-1001' (/ChangeEventHeader/recordIds) "
	    "is not a Salesforce id of 15 or 18 characters",
	    "an invalid id is refused");
	is_str(sf(with("cdc-relay.json", "[\"003Zz00000LoyA1IAJ\"]", "[]")),
	    "missing: external_id: /ChangeEventHeader/recordIds is empty",
	    "no id is missing");
	is_str(sf(with("cdc-relay.json", "\"commitTimestamp\":1772601967000,",
	    "")), "missing: version: /ChangeEventHeader/commitTimestamp is "
	    "not in the event", "nor does it go without its commit time");
	is_str(sf("{\"payload\":{\"Amount__c\":1}}"),
	    "unmapped: the source file does not say how to map such an event",
	    "a Platform Event has no header, and no form here");
	is_str(sf(slurp("salesforce-record.json")),
	    "0031x00000loya2AAA v1:1772600767000000.0 "
	    "t=2026-03-04T05:06:07.000000Z given_name=null "
	    "family_name=\"Quist\" email=null", "a record of the REST API");
	ok(strstr(sf(with("salesforce-record.json", "\"IsDeleted\":false",
	    "\"IsDeleted\":true")), "deleted") != NULL,
	    "a deleted one, as queryAll gives it");
}

static void
outbound(void)
{
	static const char *const want[] = {
		"003Zz00000LoyA1IAJ v1:1772600767000000.0 "
		"t=2026-03-04T05:06:07.000000Z given_name=\"Mira\" "
		"family_name=\"O'Dell & Co\" email=\"mira@example.org\"",
		"thin",
		"missing: version: /SystemModstamp is not in the event"
	};
	char *text = slurp("outbound.xml"), one[4096];
	struct xml_slice *slice;
	struct err e;
	size_t n, i;

	if (xml_slices(text, strlen(text),
	    "Envelope/Body/notifications/Notification", &slice, &n, &e) != 0) {
		printf("# %s\n", e.msg);
		exit(1);
	}
	is_int(n, 3, "three notifications");
	for (i = 0; i < n; i++) {
		snprintf(one, sizeof one, "%.*s", (int)slice[i].len,
		    text + slice[i].off);
		is_str(mapped_by("{\"profile\":\"salesforce\",\"receive\":"
		    "null}", "text/xml", one), want[i], "notification %zu",
		    i + 1);
	}
	free(slice);
	is_str(mapped_by("{\"profile\":\"salesforce\",\"receive\":null}",
	    "text/xml", "<Notification><Id>04lZz00000LoyaNIAR</Id>"
	    "</Notification>"),
	    "unmapped: the source file does not say how to map such an event",
	    "a record that was deleted before it was sent");
	is_str(mapped_by("{\"profile\":\"salesforce\",\"receive\":null,"
	    "\"map\":{\"fields\":{\"status\":{\"from\":\"/Status__c\","
	    "\"values\":{\"Left\":\"closed\"}}}}}", "text/xml",
	    "<Notification><Id>04lZz00000LoyaNIAR</Id><sObject><Id>"
	    "003Zz00000LoyA1</Id><Status__c>Left</Status__c>"
	    "<SystemModstamp>2026-03-04T05:06:07.000Z</SystemModstamp>"
	    "</sObject></Notification>"),
	    "003Zz00000LoyA1IAJ v1:1772600767000000.0 "
	    "t=2026-03-04T05:06:07.000000Z status=\"closed\"",
	    "one line in the source file maps a field of every form");
}

static const char *
dbx(const char *body)
{
	return mapped_by("{\"profile\":\"darwinbox\"}", "application/json",
	    body);
}

static void
darwinbox(void)
{
	is_str(dbx(slurp("darwinbox-deactivated.json")),
	    "E1001 t=2026-11-23T11:14:30.000000Z given_name=\"Asha\" "
	    "family_name=\"Rao\" email=\"asha.rao@example.org\" "
	    "status=\"suspended\" ended_at=\"2026-11-30\" "
	    "employee_number=\"E1001\" date_of_joining=\"2024-05-01\" "
	    "department=\"Finance\"", "employee deactivated is suspended");
	ok(strstr(dbx(with("darwinbox-deactivated.json", "Inactive",
	    "Active")), "status=\"suspended\"") != NULL,
	    "by its event, whatever the record still says");
	ok(strstr(dbx(with("darwinbox-deactivated.json",
	    "employee.deactivated", "employee.activated")),
	    "status=\"active\"") != NULL, "employee activated is active");
	ok(strstr(dbx(with("darwinbox-deactivated.json",
	    "employee.deactivated", "employee.updated")),
	    "status=\"suspended\"") != NULL,
	    "another event goes by the record");
	is_str(dbx(with("darwinbox-record.json", "\"Active\"",
	    "\"On Leave\"")), "bad_field: timeline.status: 'on leave' "
	    "(/employee_status) is not listed in its values",
	    "an unknown status is refused");
	is_str(dbx(with("darwinbox-deactivated.json",
	    "employee.deactivated", "employee.deleted")),
	    "E1001 t=2026-11-23T11:14:30.000000Z deleted",
	    "employee deleted");
	ok(strstr(dbx(with("darwinbox-deactivated.json",
	    "\"event_id\"", "\"effective_date\":\"01-12-2026\",\"event_id\"")),
	    "eff=2026-11-30T18:30:00.000000Z") != NULL,
	    "a date to take effect begins at midnight in India");
	is_str(dbx(slurp("darwinbox-record.json")),
	    "E1001 t=2026-01-01T04:00:00.000000Z given_name=\"Asha\" "
	    "family_name=\"Rao\" email=\"asha.rao@example.org\" "
	    "ended_at=null employee_number=\"E1001\" "
	    "date_of_joining=\"2024-05-01\" status=\"active\"",
	    "a record of the API");
	ok(strstr(dbx(with("darwinbox-record.json", "\"date_of_exit\":\"\"",
	    "\"date_of_exit\":\"31-03-2026\"")), "status=\"active\" | E1001 "
	    "t=2026-01-01T04:00:00.000000Z eff=2026-03-31T18:30:00.000000Z "
	    "status=\"suspended\"") != NULL,
	    "who leaves is active through the last day in India");
	ok(strstr(dbx(with("darwinbox-record.json", "01-05-2024",
	    "01-05-2026")), "status=\"pending\" | ") != NULL,
	    "who joins is pending until the first");
	ok(strstr(dbx("{\"event\":\"employee.updated\",\"event_id\":\"1\","
	    "\"employee\":{\"employee_id\":\"E1\",\"grade\":\"M\"}}"),
	    "status") == NULL, "an event without a status says none");
	is_str(dbx("{\"event\":\"employee.updated\",\"event_id\":\"1\","
	    "\"employee\":{}}"),
	    "missing: external_id: /employee_id is not in the event",
	    "no employee_id");
}

int
main(void)
{
	wrappers();
	changes();
	outbound();
	darwinbox();
	return done_testing();
}
