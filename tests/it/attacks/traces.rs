//! What stays after erasure, who reads what is hidden, and settings that are unsafe (numbers 20, 22 and 23).

use std::time::Duration;

use portal::config::{self, Invalid, Sources};
use portal::db::Target;
use serde_json::{Value, json};

use crate::privacy::traces;
use crate::reading::announce;
use crate::support::{Application, Expect as _, Person, Story, TestApp, stories};

pub fn stories() -> Vec<Story> {
    stories![
        a20_after_erasure_no_file_of_the_database_names_the_person,
        a20_an_address_that_is_not_to_be_written_to_is_remembered_without_its_name,
        a20_a_suppressed_address_that_nobody_has_is_masked_with_time,
        a22_an_export_is_silent_about_who_had_the_address_before,
        a22_a_hidden_member_is_hidden_in_every_set,
        a22_a_token_reads_what_it_is_for,
        a22_a_program_reads_no_link_that_speaks_for_its_owner,
        a22_a_letter_that_is_kept_for_officers_is_in_no_archive,
        a22_nobody_learns_that_something_hidden_changed,
        a22_of_a_hidden_member_nobody_hears,
        a22_where_others_were_is_not_in_the_log_of_whom_they_acted_on,
        a22_a_choice_that_changes_nothing_is_not_written_down,
        a22_nobody_fills_the_audit_log_with_failed_logins,
        a22_the_audit_log_takes_no_replacement,
        a23_a_portal_for_the_world_shows_no_workbench: ["server.docs=false"],
        a23_what_is_unsafe_in_production_is_refused_with_a_sentence,
    ]
}

const DAY: Duration = Duration::from_hours(24);

fn days_pass(t: &TestApp, days: u32) {
    for _ in 0..days {
        t.pass(DAY);
        t.run(t.portal.keep_house_once()).unwrap();
        t.deliver();
    }
}

fn zenobia() -> Application {
    let mut application = Application::new("SN", "Zenobia Quartz");
    "Zenobia.Quartz@customs-sn.example".clone_into(&mut application.email);
    application
}

/// How often these words stand in the files of the database, in any case; nothing on PostgreSQL, whose files are its own.
fn times_in_files(t: &TestApp, words: &[&str]) -> usize {
    let Target::Sqlite(path) = t.portal.db.target() else { return 0 };
    let files = ["", "-wal", "-shm"].map(|end| std::fs::read(format!("{path}{end}")).unwrap_or_default());
    let times = |file: &[u8], word: &[u8]| file.windows(word.len()).filter(|at| at.eq_ignore_ascii_case(word)).count();
    files.iter().flat_map(|file| words.iter().map(|word| times(file, word.as_bytes()))).sum()
}

fn a20_after_erasure_no_file_of_the_database_names_the_person(t: TestApp) {
    let person = t.member(&zenobia());
    for number in ["One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight"] {
        let change =
            json!({"name": format!("Zenobia Quartz{number}"), "job_title": format!("Keeper {number} of Quartz")});
        person.patch("/me", &change).expect(200);
    }
    let admin = t.admin();
    let form = json!({"audience": {"members": ["SN"]}, "default_language": "en",
        "variants": {"en": {"subject": "For Senegal", "body_markdown": "Hello"}}});
    let announcement = admin.post("/announcements", &form).expect(201)["id"].as_str().unwrap().to_owned();
    admin.post(&format!("/announcements/{announcement}/send"), &json!({})).expect(202);
    t.deliver();
    admin.post("/suppressions", &json!({"address": person.email})).expect(201);
    let words = ["zenobia", "quartz"];
    assert!(traces(&t, &words).len() > 10);
    t.login(&person.email).delete("/me").expect(202);
    days_pass(&t, 13);
    // What others do within the last day is kept for a day: an invitation's answer, and a plan.
    t.pass(Duration::from_hours(23));
    let admin = t.admin();
    let invited = json!({"email": person.email, "name": "Zenobia Quartz", "organisation": "FR", "role": "ncp"});
    admin.with_header("idempotency-key", "zenobia-1").post("/invitations", &invited).expect(201);
    let sheet = format!("email,name,member,role\n{},Zenobia Quartz,KE,ncp\n", person.email.to_uppercase());
    let plan = admin.send("POST", "/api/v1/invitations/import", Some(("text/csv", sheet.as_bytes()))).unwrap();
    let plan = plan.expect(201);
    assert_eq!(plan["counts"]["invite"], 1, "{plan}");
    t.deliver();
    t.pass(Duration::from_hours(2));
    for _ in 0..2 {
        t.run(t.portal.keep_house_once()).unwrap();
        t.deliver();
    }
    t.run(t.portal.keep_house_once()).unwrap();
    assert_eq!(traces(&t, &words), [], "no column");
    assert_eq!(times_in_files(&t, &words), 0, "no file");
    let refused = t.admin().post(&format!("/imports/{}/commit", plan["plan"].as_str().unwrap()), &json!({}));
    assert_eq!(refused.refused(404), "not_found", "the plan is gone");
}

fn addresses(t: &TestApp, query: &str) -> Vec<String> {
    let rows = t.admin().all(&format!("/suppressions{query}"));
    rows.iter().map(|row| row["address"].as_str().unwrap().to_owned()).collect()
}

fn a20_an_address_that_is_not_to_be_written_to_is_remembered_without_its_name(t: TestApp) {
    let person = t.member(&zenobia());
    let key = person.email.to_lowercase();
    t.admin().post("/suppressions", &json!({"address": person.email})).expect(201);
    assert_eq!(addresses(&t, ""), [key.as_str()]);
    t.login(&person.email).delete("/me").expect(202);
    days_pass(&t, 15);
    assert_eq!(traces(&t, &["zenobia", "quartz"]), []);
    let [masked] = &addresses(&t, "")[..] else { panic!("one") };
    assert!(masked.starts_with('#') && masked.ends_with("@customs-sn.example"), "{masked}");
    let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("q", &person.email).finish();
    assert_eq!(addresses(&t, &format!("?{query}")), [masked.as_str()], "found by whoever has the address");
    let file = t.admin().get("/suppressions.csv").text;
    assert!(file.contains(masked.as_str()) && !file.to_lowercase().contains("zenobia"), "{file}");
    // Who writes the address down once more does not bring it back; a file that was taken out comes in again.
    let again = t.admin().post("/suppressions", &json!({"address": person.email})).expect(201);
    assert_eq!(again["address"], masked.as_str());
    let read = t.admin().send("POST", "/api/v1/suppressions/import", Some(("text/csv", file.as_bytes()))).unwrap();
    assert_eq!(read.expect(200), json!({"read": 1, "suppressed": 1}));
    assert_eq!(traces(&t, &["zenobia", "quartz"]), []);
    // The owner comes back, and is not written to any more than before.
    let back = t.member(&zenobia());
    assert_eq!(addresses(&t, ""), [key.as_str()]);
    back.get("/me").expect(200);
    let admin = t.admin();
    let form = json!({"audience": {"members": ["SN"]}, "default_language": "en",
        "variants": {"en": {"subject": "For Senegal", "body_markdown": "Hello"}}});
    let announcement = admin.post("/announcements", &form).expect(201)["id"].as_str().unwrap().to_owned();
    admin.post(&format!("/announcements/{announcement}/send"), &json!({})).expect(202);
    t.deliver();
    let summary = admin.get(&format!("/announcements/{announcement}/summary")).expect(200);
    assert_eq!((&summary["sent"], &summary["skipped"]), (&json!(0), &json!(1)), "{summary}");
    // Who is taken off the list by the address is off it, named or masked.
    t.login(&back.email).delete("/me").expect(202);
    days_pass(&t, 15);
    let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("address", &person.email).finish();
    assert_eq!(t.admin().delete(&format!("/suppressions?{query}")).status, 204);
    assert_eq!(addresses(&t, ""), Vec::<String>::new());
}

fn a20_a_suppressed_address_that_nobody_has_is_masked_with_time(t: TestApp) {
    let awa = t.ncp("SN");
    let file = format!("address,reason\n{},complaint\nzenobia@elsewhere.example,hard_bounce\n", awa.email);
    t.admin().send("POST", "/api/v1/suppressions/import", Some(("text/csv", file.as_bytes()))).unwrap().expect(200);
    days_pass(&t, 1);
    assert!(addresses(&t, "").contains(&"zenobia@elsewhere.example".to_owned()), "not yet");
    t.pass(DAY * 90);
    days_pass(&t, 1);
    let kept = addresses(&t, "");
    assert!(kept.contains(&awa.email), "an account has it: {kept:?}");
    assert!(kept.iter().any(|address| address.starts_with('#') && address.ends_with("@elsewhere.example")), "{kept:?}");
    assert_eq!(traces(&t, &["zenobia"]), []);
}

/// The ids of the mails that somebody's export lists.
fn exported_mails(person: &Person) -> Vec<String> {
    let export = person.get("/me/export").expect(200);
    export["mails"].as_array().unwrap().iter().map(|mail| mail["id"].as_str().unwrap().to_owned()).collect()
}

fn a22_an_export_is_silent_about_who_had_the_address_before(t: TestApp) {
    let (office, moved) = ("office@customs-sn.example", "zenobia@elsewhere.example");
    let at_the_office = |name: &str| Application { email: office.to_owned(), ..Application::new("SN", name) };
    let before = t.member(&at_the_office("Zenobia Quartz"));
    let mails = exported_mails(&before);
    assert!(!mails.is_empty());
    before.post("/me/email", &json!({"email": moved})).expect(202);
    let token = t.newest_mail(moved).token("confirm-address").unwrap();
    t.anonymous().post("/auth/email/confirm", &json!({"token": token})).unwrap().expect(200);
    assert!(!exported_mails(&t.login(moved)).is_empty(), "that the address was changed");
    t.pass(DAY);
    let after = t.member(&at_the_office("Wanjiru Kamau"));
    let export = after.get("/me/export");
    assert!(!export.text.contains("Zenobia") && !export.text.contains(moved), "{}", export.text);
    let own = exported_mails(&after);
    assert!(!own.is_empty() && own.iter().all(|mail| !mails.contains(mail)), "{own:?}");
}

fn a22_a_hidden_member_is_hidden_in_every_set(t: TestApp) {
    let reader = t.ncp("SN");
    let wanjiru = t.member(&Application::new("KE", "Wanjiru Kamau"));
    let id = reader.all("/contacts?q=wanjiru")[0]["id"].as_str().unwrap().to_owned();
    let place = |since: &str| {
        let mut since = since.to_owned();
        let mut told: Vec<Value> = Vec::new();
        loop {
            let page = reader.get(&format!("/changes?limit=100&{since}")).expect(200);
            told.extend(page["data"].as_array().unwrap().iter().cloned());
            since = format!("since={}", page["since"].as_str().unwrap());
            if page["page"]["next_cursor"].is_null() {
                return (since, told);
            }
        }
    };
    let (since, _) = place("");
    let books = |person: &Person| {
        ["name", "-updated_at", "member"].map(|sort| person.all(&format!("/contacts?sort={sort}&member=KE")).len())
    };
    assert_eq!(books(&reader), [1, 1, 1]);
    let hide = |status: &str| {
        let admin = t.admin();
        let tag = admin.get("/members/KE").header("etag").unwrap().to_owned();
        admin.with_header("if-match", &tag).patch("/members/KE", &json!({"status": status})).expect(200);
    };
    hide("hidden");
    for person in [&reader, &wanjiru] {
        assert_eq!(books(person), [0, 0, 0]);
        for query in ["", "q=wanjiru", "q=kamua", "q=Kenya", "region=ESA", "sort=-updated_at", "sort=member"] {
            let found = person.all(&format!("/contacts?{query}"));
            assert!(found.iter().all(|row| row["member"]["code"] != "KE"), "{query}: {found:?}");
        }
        let facets = person.get("/contacts?facets=region,member,role,language&total=true").expect(200);
        let listed = person.all("/contacts").len();
        assert_eq!(facets["total"], listed, "{facets}");
        let of = |facet: &str| facets["facets"][facet].as_array().unwrap().clone();
        assert!(of("member").iter().all(|value| value["value"] != "KE"), "{facets}");
        let roles: u64 = of("role").iter().map(|value| value["count"].as_u64().unwrap()).sum();
        assert_eq!(roles, u64::try_from(listed).unwrap());
        assert_eq!(person.get(&format!("/contacts/{id}")).refused(404), "not_found");
        assert_eq!(person.get(&format!("/contacts/{id}.vcf")).refused(404), "not_found");
        assert!(!person.get("/contacts.csv").text.contains("Wanjiru"));
        assert!(!person.get("/contacts.vcf").text.contains("Wanjiru"));
    }
    let (_, everything) = place("");
    let named = |entry: &&Value| entry["id"] == id.as_str() || entry["member"]["code"] == "KE";
    assert_eq!(everything.iter().filter(named).count(), 0, "whoever begins now never heard of it");
    let (since, told) = place(&since);
    assert!(told.iter().any(|entry| entry["id"] == id.as_str() && entry["gone"] == true), "a copy forgets: {told:?}");
    // Nobody hears what goes on behind.
    wanjiru.patch("/me", &json!({"job_title": "Director"})).expect(200);
    assert_eq!(place(&since).1, Vec::<Value>::new());
    let admin = t.admin();
    let form = json!({"audience": {}, "default_language": "en",
        "variants": {"en": {"subject": "For all", "body_markdown": "Hello everybody"}}});
    let announcement = admin.post("/announcements", &form).expect(201)["id"].as_str().unwrap().to_owned();
    admin.post(&format!("/announcements/{announcement}/send"), &json!({})).expect(202);
    let heard = |person: &Person| t.inbox(&person.email).iter().any(|mail| mail.text.contains("Hello everybody"));
    assert_eq!((heard(&reader), heard(&wanjiru)), (true, false), "no audience has it");
    // The Secretariat sees it.
    assert_eq!(books(&admin), [1, 1, 1]);
    admin.get(&format!("/contacts/{id}")).expect(200);
    assert!(admin.get("/contacts.csv").text.contains("Wanjiru"));
    hide("active");
    assert_eq!(books(&reader), [1, 1, 1]);
    let (_, back) = place(&since);
    assert!(back.iter().any(|entry| entry["contact"]["job_title"] == "Director"), "{back:?}");
}

fn a22_a_token_reads_what_it_is_for(t: TestApp) {
    let mut application = Application::new("SN", "Moussa Fall");
    application.role = "coordinator";
    let coordinator = t.member(&application);
    let own = coordinator.get("/me").expect(200)["appointments"][0]["id"].as_str().unwrap().to_owned();
    let awa = t.ncp("SN").get("/me").expect(200)["appointments"][0]["id"].as_str().unwrap().to_owned();
    let seen = |scope: &str| {
        let form = json!({"name": scope, "scopes": [scope], "expires_in_days": 1});
        let made = coordinator.post("/me/tokens", &form).expect(201);
        let token = t.anonymous().with_token(made["token"].as_str().unwrap());
        let list = token.get("/appointments").unwrap().text;
        let one = |id: &str| token.get(&format!("/appointments/{id}")).unwrap().status;
        (list.contains(&own), list.contains(&awa), one(&own), one(&awa))
    };
    for scope in ["community:read", "audit:read", "registrations:decide", "announcements:manage", "statistics:read"] {
        assert_eq!(seen(scope), (false, false, 403, 403), "{scope}");
    }
    assert_eq!(seen("profile:read"), (true, false, 200, 404), "one's own");
    assert_eq!(seen("appointments:manage"), (true, true, 200, 200), "an officer's");
}

fn a22_a_program_reads_no_link_that_speaks_for_its_owner(t: TestApp) {
    let (awa, admin) = (t.ncp("SN"), t.admin());
    let body = "Dear {{ name }}, [choose]({{ unsubscribe }}).";
    let draft = json!({"default_language": "en", "topic": "news", "acknowledge": true,
        "variants": {"en": {"subject": "News", "body_markdown": body}}});
    let id = admin.post("/announcements", &draft).expect(201)["id"].as_str().unwrap().to_owned();
    admin.post(&format!("/announcements/{id}/send"), &json!({})).expect(202);
    t.dispatch();
    let form = json!({"name": "reader", "scopes": ["community:read"], "expires_in_days": 1});
    let made = awa.post("/me/tokens", &form).expect(201);
    let program = t.anonymous().with_token(made["token"].as_str().unwrap());
    let path = format!("/announcements/{id}");
    let read = |text: &Value| text["variants"]["en"]["body_markdown"].as_str().unwrap().to_owned();
    let of_program = read(&program.get(&path).unwrap().expect(200));
    assert!(of_program.starts_with("Dear Awa Diop,") && of_program.contains("/subscriptions/…)"), "{of_program}");
    let page = program.send("GET", &path, None).unwrap();
    let of_awa = read(&awa.get(&path).expect(200));
    let token = of_awa.split_once("/subscriptions/").unwrap().1.strip_suffix(").").unwrap();
    assert!(!page.text.contains(token) && !of_program.contains(token), "{}", page.text);
    assert_eq!(t.anonymous().send("GET", &format!("/subscriptions/{token}"), None).unwrap().status, 200, "a person's");
}

fn a22_a_letter_that_is_kept_for_officers_is_in_no_archive(t: TestApp) {
    let (admin, person) = (t.admin(), t.ncp("SN"));
    let id = person.get("/me").expect(200)["appointments"][0]["id"].as_str().unwrap().to_owned();
    let place = format!("/appointments/{id}/nomination");
    let tag = admin.get(&place).header("etag").unwrap().to_owned();
    let path = format!("/api/v1{place}/letter");
    let letter = b"%PDF-1.4\nsecret-of-others\n%%EOF\n";
    let answer = admin.with_header("if-match", &tag).send("PUT", &path, Some(("application/pdf", letter)));
    answer.unwrap().expect(200);
    assert_eq!(person.get(&format!("{place}/letter")).status, 403, "not to the nominated person");
    let archive = crate::privacy::archive(&t, &person);
    let has = |words: &[u8]| archive.windows(words.len()).any(|window| window == words);
    assert!(has(b"data.json") && !has(b"secret-of-others") && !has(b"letters/"));
}

/// Reads the feed of changes to its end; the parameter of where to go on.
fn end_of_changes(person: &Person) -> String {
    let mut since = String::new();
    loop {
        let page = person.get(&format!("/changes?limit=100{since}")).expect(200);
        since = format!("&since={}", page["since"].as_str().unwrap());
        if page["page"]["next_cursor"].is_null() {
            return since;
        }
    }
}

fn a22_nobody_learns_that_something_hidden_changed(t: TestApp) {
    let awa = t.member(&Application::new("SN", "Awa Diop"));
    let moussa = t.member(&Application::new("SN", "Moussa Fall"));
    let reader = t.ncp("FR");
    let row = |person: &Person| {
        let rows = person.all("/contacts?sort=-updated_at");
        let order: Vec<Value> = rows.iter().map(|row| row["id"].clone()).collect();
        let one = rows.into_iter().find(|row| row["member"]["code"] == "SN" && row["name"] == "Awa Diop").unwrap();
        let answer = person.get(&format!("/contacts/{}", one["id"].as_str().unwrap()));
        (answer.header("etag").unwrap().to_owned(), one, order)
    };
    let since = end_of_changes;
    let heard = |person: &Person, since: &str| {
        person.get(&format!("/changes?limit=100{since}")).expect(200)["data"].as_array().unwrap().len()
    };
    let (before, start, colleague) = (row(&reader), since(&reader), since(&moussa));
    t.pass(Duration::from_secs(1));
    // The phone is for the organisation.
    awa.patch("/me", &json!({"phone": "+221 77 000 00 01"})).expect(200);
    assert_eq!(row(&reader), before, "neither tag, nor time, nor order");
    assert_eq!(heard(&reader, &start), 0);
    let next = reader.get(&format!("/changes?limit=100{start}")).expect(200);
    assert_eq!(format!("&since={}", next["since"].as_str().unwrap()), start, "the place does not tell either");
    assert_eq!(heard(&moussa, &colleague), 1, "who sees it hears of it");
    let later = since(&moussa);
    t.pass(Duration::from_secs(1));
    awa.patch("/me", &json!({"phone_audience": "secretariat"})).expect(200);
    assert_eq!(heard(&moussa, &later), 1, "it is gone for the colleague");
    let later = since(&moussa);
    awa.patch("/me", &json!({"phone": "+221 77 000 00 02"})).expect(200);
    assert_eq!((heard(&moussa, &later), heard(&reader, &start)), (0, 0));
    assert_eq!(row(&reader), before);
    assert_eq!(row(&t.admin()).2[0], before.1["id"], "the Secretariat sees what changed last");
    t.pass(Duration::from_secs(1));
    awa.patch("/me", &json!({"job_title": "Director"})).expect(200);
    let after = row(&reader);
    assert!(after.0 != before.0 && after.1["updated_at"] != before.1["updated_at"] && after.2[0] == after.1["id"]);
    assert_eq!((heard(&reader, &start), heard(&moussa, &later)), (1, 1));
}

fn a22_of_a_hidden_member_nobody_hears(t: TestApp) {
    let (reader, admin) = (t.ncp("SN"), t.admin());
    let edit = |change: Value| {
        let tag = admin.get("/members/KE").header("etag").unwrap().to_owned();
        admin.with_header("if-match", &tag).patch("/members/KE", &change).expect(200);
    };
    let start = end_of_changes(&reader);
    edit(json!({"status": "hidden"}));
    let told = reader.get(&format!("/changes?limit=100{start}")).expect(200);
    assert_eq!((told["data"].as_array().unwrap().len(), &told["data"][0]["gone"]), (1, &json!(true)));
    let since = told["since"].as_str().unwrap();
    edit(json!({"name_en": "Kenya (KE)"}));
    let told = reader.get(&format!("/changes?limit=100&since={since}")).expect(200);
    assert_eq!((&told["data"], &told["since"]), (&json!([]), &json!(since)));
    edit(json!({"status": "active"}));
    let told = reader.get(&format!("/changes?limit=100&since={since}")).expect(200);
    assert_eq!(told["data"][0]["member"]["name_en"], "Kenya (KE)");
}

fn a22_where_others_were_is_not_in_the_log_of_whom_they_acted_on(t: TestApp) {
    let mut application = Application::new("SN", "Moussa Fall");
    application.role = "coordinator";
    let (coordinator, awa) = (t.member(&application), t.ncp("SN"));
    let me = awa.get("/me").expect(200)["id"].as_str().unwrap().to_owned();
    t.try_login("203.0.113.7", &awa.email, "not her password at all").refused(401);
    let officer = t.admin().with_header("x-forwarded-for", "198.51.100.7");
    officer.post(&format!("/users/{me}/suspend"), &json!({"reason": "to see"})).expect(200);
    officer.post(&format!("/users/{me}/reinstate"), &json!({})).expect(200);
    let awa = t.login(&awa.email);
    let network = |rows: &[Value], action: &str| {
        let row = rows.iter().find(|row| row["action"] == action).unwrap_or_else(|| panic!("{action} in {rows:?}"));
        row["network"].clone()
    };
    let own = awa.all("/me/audit");
    assert_eq!(network(&own, "user_suspended"), Value::Null);
    assert_eq!(network(&own, "registration_approved"), Value::Null);
    assert_eq!(network(&own, "login_failed"), "203.0.113.0/24", "who tries the own account");
    assert!(network(&own, "login").is_string(), "one's own");
    let export = awa.get("/me/export").expect(200);
    let rows = export["audit"].as_array().unwrap();
    assert_eq!(network(rows, "user_suspended"), Value::Null);
    assert_eq!(network(rows, "login_failed"), "203.0.113.0/24");
    assert!(network(rows, "login").is_string());
    let chief = coordinator.get("/me").expect(200)["id"].clone();
    let of_others = |row: &&Value| row["actor_id"] != chief && row["subject_id"] != chief;
    let senegals: Vec<Value> = coordinator.all("/audit");
    let others: Vec<&Value> = senegals.iter().filter(of_others).collect();
    assert!(!others.is_empty() && others.iter().all(|row| row["network"].is_null()), "{others:?}");
    assert_eq!(network(&t.admin().all("/audit"), "user_suspended"), "198.51.100.0/24", "the Secretariat's");
}

fn a22_a_choice_that_changes_nothing_is_not_written_down(t: TestApp) {
    let (awa, admin) = (t.ncp("SN"), t.admin());
    let id = announce(&admin, "News", &json!({"acknowledge": true, "topic": "news"}));
    let mail = t.newest_mail(&awa.email).text;
    let (_, rest) = mail.split_once(&format!("/announcements/{id}?mail=")).unwrap();
    let token: String = rest.chars().take_while(char::is_ascii_alphanumeric).collect();
    let entries = || awa.all("/me/audit?action=subscriptions_changed").len();
    let send = |path: &str, form: &str| {
        let body = Some(("application/x-www-form-urlencoded", form.as_bytes()));
        assert_eq!(t.anonymous().send("POST", path, body).unwrap().status, 200, "{path}");
    };
    for _ in 0..3 {
        send(&format!("/unsubscribe/{token}"), "");
        assert_eq!(entries(), 1);
    }
    for _ in 0..3 {
        send(&format!("/unsubscribe/{token}?all=true"), "");
        assert_eq!(entries(), 2);
    }
    for _ in 0..3 {
        send(&format!("/subscriptions/{token}"), "digest=weekly&topic=news&topic=events");
        assert_eq!(entries(), 3);
    }
    let given = json!({"topics": {"news": true}, "digest": "weekly"});
    awa.put("/me/subscriptions", &given).expect(200);
    assert_eq!(entries(), 3);
    awa.put("/me/subscriptions", &json!({"topics": {"news": false}})).expect(200);
    assert_eq!(entries(), 4);
    awa.put("/me/subscriptions", &json!({"digest": "daily"})).expect(200);
    assert_eq!(entries(), 5);
}

fn a22_nobody_fills_the_audit_log_with_failed_logins(t: TestApp) {
    let awa = t.ncp("SN");
    let me = awa.get("/me").expect(200)["id"].clone();
    let fail = |from: &str, email: &str| t.try_login(from, email, "not her password at all").refused(401);
    let entries = || t.admin().all("/audit?action=login_failed");
    for host in 0..4 {
        fail(&format!("203.0.113.{host}"), &awa.email);
    }
    let [first] = &entries()[..] else { panic!("{:?}", entries()) };
    assert_eq!((&first["network"], &first["subject_id"]), (&json!("203.0.113.0/24"), &me));
    // Nor by addresses that nobody has.
    for number in 0..25 {
        fail(&format!("203.0.113.{number}"), &format!("nobody{number}@customs-sn.example"));
    }
    assert_eq!(entries().len(), 10);
    // What others do elsewhere shows.
    fail("198.51.100.7", "mor@customs-sn.example");
    assert_eq!(entries().len(), 11);
    // And later it does again, with how many there were.
    t.pass(Duration::from_mins(6));
    fail("203.0.113.200", &awa.email);
    let newest = &entries()[0];
    assert_eq!(newest["detail"], json!({"left_out": {"of_address": 3, "of_network": 16}}), "{newest}");
    assert_eq!(entries().len(), 12);
}

fn a22_the_audit_log_takes_no_replacement(t: TestApp) {
    use diesel::connection::SimpleConnection as _;
    use portal::db::{Access, Conn};
    t.ncp("SN");
    t.run(t.portal.keep_house_once()).unwrap();
    let mut conn = portal::db::open(t.portal.db.target(), Access::Write).unwrap();
    let statements: &[&str] = match conn {
        Conn::Sqlite(_) => &[
            "INSERT OR REPLACE INTO audit_entry (id, at, action) SELECT id, 0, 'nothing' FROM audit_entry LIMIT 1",
            "REPLACE INTO audit_entry (id, at, action) SELECT id, 0, 'nothing' FROM audit_entry LIMIT 1",
            "INSERT OR REPLACE INTO audit_entry (rowid, id, at, action) VALUES (1, zeroblob(16), 0, 'nothing')",
            "INSERT INTO audit_entry (id, at, action) SELECT id, 0, 'nothing' FROM audit_entry WHERE true LIMIT 1 \
             ON CONFLICT (id) DO UPDATE SET action = 'nothing'",
            "UPDATE OR REPLACE audit_entry SET id = (SELECT max(id) FROM audit_entry) WHERE rowid = 1",
            "INSERT OR REPLACE INTO audit_seal SELECT position, entry_id, zeroblob(32) FROM audit_seal LIMIT 1",
            "INSERT OR REPLACE INTO audit_seal SELECT 999999, entry_id, zeroblob(32) FROM audit_seal LIMIT 1",
            "UPDATE OR REPLACE audit_seal SET position = 1",
            "DELETE FROM audit_entry",
        ],
        Conn::Postgres(_) => &[
            "INSERT INTO audit_entry (id, at, action) SELECT id, now(), 'nothing' FROM audit_entry LIMIT 1 \
             ON CONFLICT (id) DO UPDATE SET action = 'nothing'",
            "SET session_replication_role = replica; UPDATE audit_entry SET action = 'nothing'",
            "SET session_replication_role = replica; DELETE FROM audit_seal",
            "TRUNCATE audit_seal",
        ],
    };
    for pragma in ["OFF", "ON"] {
        for statement in statements {
            let refused = match &mut conn {
                Conn::Sqlite(c) => {
                    c.batch_execute(&format!("PRAGMA recursive_triggers = {pragma}")).unwrap();
                    c.batch_execute(statement).unwrap_err().to_string()
                }
                Conn::Postgres(c) => {
                    let refused = c.batch_execute(statement).unwrap_err().to_string();
                    c.batch_execute("RESET session_replication_role").unwrap();
                    refused
                }
            };
            assert!(refused.contains("append-only"), "{statement}: {refused}");
        }
    }
    // What is new is taken as before.
    t.ncp("FR");
}

fn a23_a_portal_for_the_world_shows_no_workbench(t: TestApp) {
    for path in ["/docs/", "/openapi.json", "/docs/index.html"] {
        assert_eq!(t.anonymous().send("GET", path, None).unwrap().status, 404, "{path}");
    }
}

/// What is wrong with these settings; nothing where all is well.
fn faults(settings: &[&str]) -> Vec<String> {
    let overrides = settings.iter().map(|&setting| setting.to_owned()).collect();
    let loaded = config::load(&Sources { overrides, ..Sources::default() });
    loaded.err().map(|Invalid(faults)| faults).unwrap_or_default()
}

fn a23_what_is_unsafe_in_production_is_refused_with_a_sentence(t: TestApp) {
    let key = format!("identity.master_key={}", "0123456789abcdef".repeat(4).replacen("0123", "9f3a", 1));
    let good = [
        "server.bind=0.0.0.0:8080",
        "server.public_url=https://portal.customs.int",
        "server.trusted_proxies=172.30.71.1",
        "server.docs=false",
        "mail.transport=smtp",
        "mail.smtp_url=smtps://robot:tiger@relay.customs.int",
        "mail.from=Community <portal@customs.int>",
        "database.url=postgres://portal:a-long-word@db.customs.int/portal?sslmode=verify-full",
        &key,
    ];
    assert_eq!(faults(&good), Vec::<String>::new());
    for (setting, named) in [
        ("server.public_url=https://portal.example", "server.public_url"),
        ("server.public_url=http://portal.customs.int", "server.public_url"),
        ("server.docs=true", "server.docs"),
        ("server.trusted_proxies=", "server.trusted_proxies"),
        ("server.trusted_proxies=127.0.0.1", "server.trusted_proxies"),
        ("server.trusted_proxies=0.0.0.0/0", "server.trusted_proxies"),
        ("server.trusted_proxies=172.16.0.0/12", "server.trusted_proxies"),
        ("server.metrics_token=change-me", "server.metrics_token"),
        ("server.metrics_token=fifteen letters", "server.metrics_token"),
        ("server.allowed_origins=http://app.customs.int", "server.allowed_origins"),
        ("throttle.code_failures=21", "throttle.code_failures"),
        ("webhooks.allow_http=true", "webhooks.allow_http"),
        ("webhooks.allow_networks=127.0.0.0/8", "webhooks.allow_networks"),
        ("webhooks.allow_networks=169.254.0.0/16", "webhooks.allow_networks"),
        ("webhooks.allow_networks=0.0.0.0/0", "webhooks.allow_networks"),
        ("mail.transport=file", "mail.transport"),
        ("mail.from=Community <portal@localhost.localdomain>", "mail.from"),
        ("mail.smtp_url=smtp://robot:tiger@relay.customs.int", "mail.smtp_url"),
        ("bounces.imap_url=imap://robot:tiger@mail.customs.int", "bounces.imap_url"),
        ("database.url=postgres://portal:change-me@db.customs.int/portal?sslmode=require", "database.url"),
        ("database.url=postgres://portal:a-long-word@db.customs.int/portal", "database.url"),
        ("database.url=postgres://portal@db.customs.int/portal", "database.url"),
        ("database.url=postgres://portal:a-long-word@localhost/portal?host=db.customs.int", "database.url"),
        ("database.url=postgres://portal:a-long-word@localhost/portal?hostaddr=192.0.2.7", "database.url"),
        ("database.url=postgres://portal:a-long-word@db.customs.int/portal?sslmode=prefer", "database.url"),
    ] {
        let all: Vec<&str> = good.iter().copied().chain([setting]).collect();
        let found = faults(&all);
        assert!(found.len() == 1 && found[0].starts_with(named), "{setting}: {found:?}");
        assert!(!found[0].contains("tiger") && !found[0].contains("a-long-word"), "{found:?}");
    }
    let weak = format!("identity.master_key={}", "5a".repeat(32));
    let all: Vec<&str> = good.iter().copied().chain([weak.as_str()]).collect();
    assert!(faults(&all).iter().any(|fault| fault.starts_with("identity.master_key")));
    // A laptop needs none of it.
    t.anonymous().send("GET", "/health/ready", None).unwrap().expect(200);
    let _: Value = t.anonymous().send("GET", "/openapi.json", None).unwrap().expect(200);
}
