/* How the profiles of HR systems, and the less common forms of CRMs, map
 * documented bodies; invented data in t/data, received on 2026-03-04. */
#include "t/unit/tap.h"
#include "t/unit/fixture.h"
#include "t/unit/mapped.h"

#include "common/xml.h"

static const char *
by(const char *profile, const char *type, const char *body)
{
	char file[200];

	snprintf(file, sizeof file, "{\"profile\":\"%s\",\"receive\":null}",
	    profile);
	return mapped_by(file, type, body);
}

static const char *
json(const char *profile, const char *body)
{
	return by(profile, "application/json", body);
}

static void
successfactors(void)
{
	static const char sf[] = "successfactors";

	is_str(by(sf, "text/xml", "<event><eventId>1</eventId><entityType>"
	    "EmpJob</entityType></event>"), "thin", "an event has keys only");
	is_str(json(sf, slurp("successfactors-template.json")), "thin",
	    "so has the template of the Integration Center");
	is_str(json(sf, slurp("successfactors-person.json")),
	    "P1001 given_name=\"Asha\" family_name=\"Rao\" "
	    "email=\"asha.rao@example.org\" ended_at=\"2026-03-31\" "
	    "person_uuid=\"0123456789ABCDEF0123456789ABCDEF\" "
	    "status=\"active\" user_id=\"U1001\" employment_status=\"U\" "
	    "department=\"FIN\" | "
	    "P1001 eff=2026-04-01T00:00:00.000000Z status=\"suspended\" "
	    "employment_status=\"T\"",
	    "a person: the employment in force, its leave, its end to come");
	is_str(json(sf, with("successfactors-person.json", "\"U\"",
	    "\"1234\"")), "bad_field: timeline.status: '1234' "
	    "(/emplStatusNav/externalCode) is not listed in its values",
	    "an unknown status is refused");
	is_str(json(sf, with("successfactors-person.json", "jobInfoNav",
	    "userNav")), "missing: timeline: /jobInfoNav/results is not in "
	    "the event", "employments that were not expanded are refused");
	is_str(mapped_by("{\"profile\":\"successfactors\",\"map\":{\"leave\":"
	    "\"suspended\",\"forms\":{\"event\":null,\"template\":null}}}",
	    "application/json", slurp("successfactors-person.json")) + 0,
	    "P1001 given_name=\"Asha\" family_name=\"Rao\" "
	    "email=\"asha.rao@example.org\" ended_at=\"2026-03-31\" "
	    "person_uuid=\"0123456789ABCDEF0123456789ABCDEF\" "
	    "status=\"suspended\" user_id=\"U1001\" employment_status=\"U\" "
	    "department=\"FIN\" | P1001 eff=2026-04-01T00:00:00.000000Z "
	    "employment_status=\"T\"", "leave suspends where the file says so");
}

/* The status of a worker with these leaves, where leave suspends. */
static const char *
leave(const char *data)
{
	static char body[8192];
	const char *is;

	snprintf(body, sizeof body, "<wd:Terminated>0</wd:Terminated>%s",
	    data);
	is = mapped_by("{\"profile\":\"workday\",\"map\":{\"leave\":"
	    "\"suspended\"}}", "text/xml", with("workday-worker.xml",
	    "<wd:Terminated>0</wd:Terminated>", body));
	is = strstr(is, " | ");
	return is == NULL ? "none" : strstr(is, "\"suspended\"") != NULL ?
	    "suspended" : "active";
}

static void
workday(void)
{
	static const char wd[] = "workday";

	is_str(json(wd, slurp("workday-template.json")), "thin",
	    "the template is a hint");
	is_str(by(wd, "text/xml", slurp("workday-notification.xml")), "thin",
	    "so is a notification, whatever is in it");
	is_str(json(wd, slurp("workday-report.json")),
	    "0123456789abcdef0123456789abcdef given_name=\"Asha\" "
	    "family_name=\"Rao\" email=\"asha.rao@example.org\" ended_at=null "
	    "employee_number=\"E1001\" worker_type=\"Employee\" "
	    "status=\"active\" | "
	    "1123456789abcdef0123456789abcdef given_name=\"Ben\" "
	    "family_name=\"Okri\" ended_at=\"2026-03-31\" "
	    "employee_number=\"E1002\" status=\"active\" | "
	    "1123456789abcdef0123456789abcdef "
	    "eff=2026-04-01T00:00:00.000000Z status=\"suspended\" | "
	    "2123456789abcdef0123456789abcdef given_name=\"Chi\" "
	    "family_name=\"Li\" ended_at=null employee_number=\"E1003\" "
	    "status=\"active\"",
	    "a report; who leaves is active through the last day");
	is_str(json(wd, "{\"Worker_WID\":\"w\",\"Hire_Date\":\"2020-01-01\","
	    "\"Worker_Status\":\"Active\",\"Hire_Rescinded\":\"1\"}"),
	    "w status=\"closed\" ended_at=null",
	    "one row; a hire that was rescinded");
	is_str(json(wd, "{\"Worker_WID\":\"w\",\"Hire_Date\":\"2020-01-01\"}"),
	    "missing: timeline.status: /Worker_Status is not in the event",
	    "a report without the column is refused");
	is_str(json(wd, "{\"Report_Entry\":[]}"), "", "an empty report");
	is_str(by(wd, "text/xml", slurp("workday-worker.xml")),
	    "0123456789abcdef0123456789abcdef given_name=\"Asha\" "
	    "family_name=\"Rao\" email=\"asha.rao@example.org\" "
	    "ended_at=null employee_number=\"E1001\" user_id=\"arao\" "
	    "status=\"pending\" | "
	    "0123456789abcdef0123456789abcdef "
	    "eff=2026-04-01T00:00:00.000000Z status=\"active\"",
	    "a Worker: not active yet is pending until the first day");
	ok(strstr(by(wd, "text/xml", with("workday-worker.xml",
	    "Hire_Rescinded>0", "Hire_Rescinded>1")),
	    "status=\"closed\"") != NULL, "rescinded");
	ok(strstr(by(wd, "text/xml", with("workday-worker.xml",
	    "2026-04-01-08:00", "2020-04-01-08:00")),
	    "status=\"active\"") != NULL, "a hire of long ago");
	is_str(leave("<wd:Leave_Status_Data><wd:On_Leave>1</wd:On_Leave>"
	    "</wd:Leave_Status_Data>"), "suspended", "a leave");
	is_str(leave("<wd:Leave_Status_Data><wd:On_Leave>0</wd:On_Leave>"
	    "</wd:Leave_Status_Data>"), "active", "one that is over");
	is_str(leave("<wd:Leave_Status_Data><wd:On_Leave>0</wd:On_Leave>"
	    "</wd:Leave_Status_Data><wd:Leave_Status_Data><wd:On_Leave>true"
	    "</wd:On_Leave></wd:Leave_Status_Data>"), "suspended",
	    "another one after it");
}

static void
bamboohr(void)
{
	is_str(json("bamboohr", slurp("bamboohr-event.json")), "thin",
	    "BambooHR names an employee");
	is_str(json("bamboohr", with("bamboohr-event.json", "updated",
	    "deleted")), "123 t=2026-03-04T05:00:00.000000Z deleted",
	    "or says that it is gone");
	is_str(json("bamboohr", slurp("bamboohr-employee.json")),
	    "123 given_name=\"Asha\" family_name=\"Rao\" "
	    "email=\"asha.rao@example.org\" employee_number=\"77\" "
	    "ended_at=null status=\"active\"", "an employee of its API");
	ok(strstr(json("bamboohr", with("bamboohr-employee.json",
	    "0000-00-00", "2026-03-31")), "eff=2026-04-01T00:00:00.000000Z "
	    "status=\"suspended\"") != NULL, "who leaves");
}

static const char *
hs(const char *body)
{
	return mapped_by("{\"profile\":\"hubspot\",\"receive\":{\"auth\":{"
	    "\"url\":\"https://l.example\"}}}", "application/json", body);
}

static void
hubspot(void)
{
	is_str(hs("{\"subscriptionType\":\"contact.propertyChange\","
	    "\"objectId\":123,\"occurredAt\":1772599999000}"), "thin",
	    "HubSpot names a contact");
	is_str(hs("{\"subscriptionType\":\"contact.privacyDeletion\","
	    "\"objectId\":123,\"occurredAt\":1772599999000}"),
	    "123 t=2026-03-04T04:53:19.000000Z deleted",
	    "or says that it is gone");
	is_str(hs(slurp("hubspot-contact.json")),
	    "123 t=2026-03-04T05:00:00.000000Z given_name=\"Asha\" "
	    "family_name=\"Rao\" email=\"asha.rao@example.org\" "
	    "phone_number=null", "a contact of its API");
	is_str(mapped_by("{\"profile\":\"hubspot\"}", "", ""),
	    "sources/x.json:1:1: receive.auth.signed: it has url, but there is "
	    "no 'url'",
	    "it wants the url that it signs");
}

static void
salesforce(void)
{
	is_str(json("salesforce", slurp("salesforce-data-action.json")),
	    "thin", "a data action of Data 360 names a record");
	is_str(json("salesforce", with("salesforce-data-action.json",
	    "UPDATE", "DELETE")), "003Zz00000LoyA1IAJ "
	    "v1:1772600767000000.0 t=2026-03-04T05:06:07.000000Z deleted",
	    "or says that it is gone");
	is_str(json("salesforce", "{\"EventType\":\"DataObjectDataChgEvent\","
	    "\"EventPrompt\":\"DELETE\",\"EventCreationDateTime\":"
	    "\"2026-03-04T05:06:07Z\",\"PayloadPrevValue\":{\"Id\":"
	    "\"003Zz00000LoyA1\"}}"), "003Zz00000LoyA1IAJ "
	    "v1:1772600767000000.0 t=2026-03-04T05:06:07.000000Z deleted",
	    "by the id that it has everywhere");
	is_str(json("salesforce", "{\"EventType\":\"DataObjectDataChgEvent\","
	    "\"EventPrompt\":\"DELETE\",\"EventCreationDateTime\":"
	    "\"2026-03-04T05:06:07Z\",\"PayloadCurrentValue\":{\"Id\":"
	    "\"9f86d081884c7d65\"}}"), "bad_field: external_id: "
	    "'9f86d081884c7d65' (/PayloadCurrentValue/Id) is not a "
	    "Salesforce id of 15 or 18 characters",
	    "that of a unified profile is none");
	is_str(json("salesforce", slurp("salesforce-template.json")),
	    "003Zz00000LoyA1IAJ v1:1772600767000000.0 "
	    "t=2026-03-04T05:06:07.000000Z given_name=\"Mira\" "
	    "email=\"mira@example.org\"", "the template of Flow and Apex");
	is_str(json("salesforce", "{\"object\":\"Contact\",\"Id\":"
	    "\"003Zz00000LoyA1\",\"eventId\":\"x\"}"), "thin",
	    "without fields it is thin");
	is_str(json("salesforce", "{\"object\":\"Contact\",\"Id\":"
	    "\"003Zz00000LoyA1\",\"FirstName\":\"M\"}"), "missing: version: "
	    "/SystemModstamp is not in the event", "fields want their time");
}

/* What a file sets in place of a value of its profile, or a form in place of a
 * value that all forms share: a null there is a value too. */
static void
replaced(void)
{
	is_str(mapped_by("{\"profile\":\"darwinbox\",\"map\":{\"fields\":{"
	    "\"grade\":{\"from\":\"/grade\",\"values\":{\"none\":null,"
	    "\"*\":\"some\"}},\"office\":{\"from\":\"/office\","
	    "\"as\":null,\"default\":null}}}}", "application/json",
	    "{\"employee\":{\"employee_id\":\"E1\",\"grade\":\"none\"}}"),
	    "E1 employee_number=\"E1\" grade=null office=null",
	    "a null of a value that replaces the profile's");
	is_str(mapped_by("{\"map\":{\"external_id\":\"/id\",\"forms\":{"
	    "\"one\":{\"fields\":{\"grade\":{\"from\":\"/grade\","
	    "\"values\":{\"none\":null,\"*\":\"some\"}}}}}}}",
	    "application/json", "{\"id\":\"E1\",\"grade\":\"none\"}"),
	    "E1 grade=null", "or of one in a form");
}

int
main(void)
{
	successfactors();
	workday();
	bamboohr();
	hubspot();
	replaced();
	salesforce();
	return done_testing();
}
