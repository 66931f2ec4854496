//! Who reads what is hidden (number 22): members, tokens, links and letters that are not for the reader.

use std::time::Duration;

use serde_json::{Value, json};

use super::rendering::{compose, draft};
use crate::support::browser::Browser;
use crate::support::{Application, Expect as _, Person, TestApp, story};

#[story]
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
    // Changes of the hidden person are not visible.
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

#[story]
fn a22_a_token_reads_what_it_is_for(t: TestApp) {
    let mut application = Application::new("SN", "Moussa Fall");
    application.role = "coordinator";
    let coordinator = t.member(&application);
    let own = coordinator.get("/me").expect(200)["appointments"][0]["id"].as_str().unwrap().to_owned();
    let awa = t.ncp("SN").get("/me").expect(200)["appointments"][0]["id"].as_str().unwrap().to_owned();
    let seen = |officer: &Person, scope: &str| {
        let form = json!({"name": scope, "scopes": [scope], "expires_in_days": 1});
        let made = officer.post("/me/tokens", &form).expect(201);
        let token = t.anonymous().with_token(made["token"].as_str().unwrap());
        let list = token.get("/appointments").unwrap().text;
        let one = |id: &str| token.get(&format!("/appointments/{id}")).unwrap().status;
        (list.contains(&own), list.contains(&awa), one(&own), one(&awa))
    };
    for scope in ["community:read", "audit:read"] {
        assert_eq!(seen(&coordinator, scope), (false, false, 403, 403), "{scope}");
    }
    for scope in ["registrations:decide", "announcements:manage", "statistics:read"] {
        assert_eq!(seen(&t.admin(), scope), (false, false, 403, 403), "{scope}");
    }
    assert_eq!(seen(&coordinator, "profile:read"), (true, false, 200, 404), "one's own");
    assert_eq!(seen(&coordinator, "appointments:manage"), (true, true, 200, 200), "an officer's");
}

#[story]
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

#[story]
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

#[story]
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

#[story]
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

#[story]
fn a22_no_filter_and_no_label_tells_of_a_hidden_member(t: TestApp) {
    let (reader, admin) = (t.ncp("SN"), t.admin());
    t.member(&Application::new("KE", "Wanjiru Kamau"));
    let tag = admin.get("/members/KE/adoption").header("etag").unwrap().to_owned();
    let drones = json!({"data": [{"technology": "drones", "status": "in_use", "willing_to_share": true}]});
    admin.with_header("if-match", &tag).json("PUT", "/members/KE/adoption", &drones).unwrap().expect(200);
    let tag = admin.get("/members/KE").header("etag").unwrap().to_owned();
    admin.with_header("if-match", &tag).patch("/members/KE", &json!({"status": "hidden"})).expect(200);
    let members = |person: &Person, query: &str| {
        person.get(&format!("/contacts?facets=member&limit=1&{query}")).expect(200)["facets"]["member"].clone()
    };
    for query in ["runs=drones", "willing=true"] {
        assert!(!members(&reader, query).to_string().contains("KE"), "{query}");
        assert_eq!(members(&admin, query)[0]["value"], "KE", "{query}");
    }
    // What is hidden answers like what is unknown.
    let asked = |code: &str| members(&reader, &format!("member={code}")).to_string().replace(code, "XX");
    assert_eq!(asked("KE"), asked("QQ"));
    let coordinator = t.member(&Application { role: "coordinator", ..Application::new("SN", "Moussa Ba") });
    for (person, address) in [(&reader, "/directory?member=KE"), (&coordinator, "/people?member=KE")] {
        let page = Browser::of(&t, person).open(address);
        assert!(page.status == 200 && !page.has("Kenya"), "{address}: {}", page.text());
    }
    assert!(Browser::of(&t, &admin).open("/directory?member=KE").has("Kenya"));
}

#[story]
fn a22_a_program_that_reads_for_the_secretariat_reads_no_drafts(t: TestApp) {
    let admin = t.admin();
    let id = compose(&admin, &draft("Dear all."));
    let program = |scopes: Value| {
        let form = json!({"name": "Program", "scopes": scopes, "expires_in_days": 30});
        t.anonymous().with_token(admin.post("/me/tokens", &form).expect(201)["token"].as_str().unwrap())
    };
    let phone = program(json!(["community:read"]));
    assert_eq!(phone.get(&format!("/announcements/{id}")).unwrap().refused(404), "not_found");
    assert_eq!(phone.get("/announcements").unwrap().expect(200)["data"], json!([]));
    let desk = program(json!(["community:read", "announcements:manage"]));
    assert_eq!(desk.get("/announcements").unwrap().expect(200)["data"].as_array().unwrap().len(), 1);
    desk.get(&format!("/announcements/{id}")).unwrap().expect(200);
}
