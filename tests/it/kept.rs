//! Pages and contacts that a process keeps: shared by readers with the same rights and by no others, never older than
//! what their reader has written, and gone with the right to see them.

use std::time::Duration;

use portal::db::{Access, Id, Target, open};
use portal::directory::{self, ContactChange};
use portal::random::Random;
use serde_json::{Value, json};

use crate::cookies;
use crate::support::browser::Browser;
use crate::support::{Application, Expect as _, PASSWORD, Person, TestApp, story};

/// The facets and counts of the page of the directory.
const COUNTED: &str = "facets=region,member,role,language,technology,confirmation&total=true";
/// Longer than a process uses what it has kept without asking for the revision.
const LATER: Duration = Duration::from_secs(3);

/// The contact of a person.
fn contact(person: &Person) -> String {
    let rows = person.all(&format!("/contacts?q={}", person.email));
    rows[0]["id"].as_str().expect("a contact").to_owned()
}

/// Another process changes the title of a person's contact: by a connection of its own, which tells this one nothing.
fn change_elsewhere(t: &TestApp, person: &Person, title: &str) {
    let user: Id = person.get("/me").expect(200)["id"].as_str().unwrap().parse().unwrap();
    let change = ContactChange { job_title: Some(Some(title.to_owned())), ..ContactChange::default() };
    let mut connection = open(t.portal.db.target(), Access::Write).unwrap();
    let now = t.clock.now();
    connection.transaction_for_write(|conn| directory::change(conn, user, &change, now)).unwrap();
}

fn title(reader: &Person, id: &str) -> Value {
    reader.get(&format!("/contacts/{id}")).expect(200)["job_title"].clone()
}

fn listed_title(reader: &Person, id: &str) -> Value {
    let page = reader.get("/contacts?limit=100").expect(200);
    let row = page["data"].as_array().unwrap().iter().find(|row| row["id"] == id).expect("it is listed").clone();
    row["job_title"].clone()
}

#[story]
fn readers_with_the_same_rights_share_what_is_kept_and_others_do_not(t: TestApp) {
    let awa = t.ncp("SN");
    let readers = [Application::new("CI", "Aya Koné"), Application::new("CI", "Koffi Yao")].map(|who| t.member(&who));
    let stranger = t.member(&Application::new("JP", "Haruto Tanaka"));
    let id = contact(&awa);
    let before = title(&readers[0], &id);
    let rendered = t.rendered("contacts");
    change_elsewhere(&t, &awa, "Director");
    assert_eq!(title(&readers[1], &id), before, "kept for the other reader of the same member");
    assert_eq!(t.rendered("contacts"), rendered, "and rendered once for both");
    assert_eq!(title(&stranger, &id), "Director", "nothing is kept for whoever may see something else");
    assert_eq!(t.rendered("contacts"), rendered + 1);
}

#[story]
fn whatever_is_kept_is_what_a_reading_of_ones_own_would_show(t: TestApp) {
    let awa = t.ncp("SN");
    let mut readers = vec![t.admin(), awa.clone()];
    for (member, name) in [("SN", "Moussa Ndiaye"), ("CI", "Aya Koné"), ("JP", "Haruto Tanaka"), ("CI", "Koffi Yao")] {
        readers.push(t.member(&Application::new(member, name)));
    }
    t.seed(30);
    let paths = [
        format!("/contacts/{}", contact(&awa)),
        "/contacts?limit=100".to_owned(),
        format!("/contacts?limit=100&{COUNTED}"),
        format!("/contacts?limit=100&language=sw&technology=drones&{COUNTED}"),
        "/contacts?limit=100&sort=-updated_at".to_owned(),
        "/contacts?limit=100&sort=member&region=WCA".to_owned(),
    ];
    let random = Random::seeded(21);
    for audience in ["secretariat", "organisation", "region", "members"] {
        let change = json!({"job_title": format!("For {audience}"), "job_title_audience": audience,
            "phone": "+221 33 839 00 00", "phone_audience": audience, "email_audience": audience,
            "languages": ["sw"], "languages_audience": audience,
            "technologies": ["drones"], "technologies_audience": audience});
        awa.patch("/me", &change).expect(200);
        for _ in 0..60 {
            let (reader, path) = (&readers[random.below(readers.len())], &paths[random.below(paths.len())]);
            let kept = reader.get(path).expect(200);
            let read = reader.with_header("cache-control", "no-cache").get(path).expect(200);
            assert_eq!(kept, read, "{audience} {} {path}", reader.email);
        }
    }
}

#[story]
fn what_this_process_writes_is_seen_at_once_by_everybody(t: TestApp) {
    let (awa, reader, admin) = (t.ncp("SN"), t.member(&Application::new("KE", "Wanjiru Kamau")), t.admin());
    let id = contact(&awa);
    for name in ["Director", "Head of Unit"] {
        for who in [&awa, &reader, &admin] {
            title(who, &id);
            listed_title(who, &id);
        }
        awa.patch("/me", &json!({"job_title": name})).expect(200);
        for who in [&awa, &reader, &admin] {
            assert_eq!((title(who, &id), listed_title(who, &id)), (json!(name), json!(name)));
        }
    }
    // What stands beside a contact is part of it.
    let member = admin.get("/members/SN");
    let tag = member.header("etag").unwrap().to_owned();
    admin.with_header("if-match", &tag).patch("/members/SN", &json!({"name_en": "Teranga"})).expect(200);
    assert_eq!(reader.get(&format!("/contacts/{id}")).expect(200)["member"]["name_en"], "Teranga");
    let person = awa.get("/me").expect(200)["id"].as_str().unwrap().to_owned();
    admin.post(&format!("/users/{person}/suspend"), &json!({"reason": "left"})).expect(200);
    assert_eq!(reader.get(&format!("/contacts/{id}")).refused(404), "not_found");
}

#[story]
fn what_another_process_writes_is_seen_within_the_promise(t: TestApp) {
    let (awa, reader) = (t.ncp("SN"), t.member(&Application::new("KE", "Wanjiru Kamau")));
    let id = contact(&awa);
    let before = (title(&reader, &id), listed_title(&reader, &id));
    change_elsewhere(&t, &awa, "Director");
    assert_eq!((title(&reader, &id), listed_title(&reader, &id)), before, "it is kept");
    t.pass(LATER);
    assert_eq!((title(&reader, &id), listed_title(&reader, &id)), (json!("Director"), json!("Director")));
}

#[story]
fn whoever_has_written_elsewhere_sees_it_here_at_once(t: TestApp) {
    let awa = t.ncp("SN");
    let id = contact(&awa);
    title(&awa, &id);
    listed_title(&awa, &id);
    change_elsewhere(&t, &awa, "Director");
    for (name, value) in [("cookie", "__Host-wrote=1"), ("cache-control", "no-cache")] {
        let awa = awa.with_header(name, value);
        assert_eq!((title(&awa, &id), listed_title(&awa, &id)), (json!("Director"), json!("Director")), "{name}");
    }
    // Who names another version than the kept one may have the newer one.
    assert_eq!(title(&awa.with_header("if-none-match", "\"00\""), &id), "Director");
    assert_eq!(title(&awa, &id), "Director", "and from then on everybody else");
}

#[story]
fn a_browser_carries_its_write_to_the_next_process(t: TestApp) {
    let awa = t.ncp("SN");
    let browser = t.anonymous().with_header("sec-fetch-site", "same-origin");
    let login = json!({"email": awa.email, "password": PASSWORD, "cookie": true});
    let session = cookies::cookie(&browser.post("/auth/login", &login).unwrap());
    let browser = browser.with_header("cookie", session.split(';').next().unwrap());
    let set = |answer: &portal::demo::client::Answer| {
        let mut cookies =
            answer.headers.iter().filter(|(name, _)| name == "set-cookie").map(|(_, value)| value.clone());
        cookies.find(|value| value.starts_with("__Host-wrote="))
    };
    let changed = browser.json("PATCH", "/me", &json!({"job_title": "Director"})).unwrap();
    assert_eq!(changed.status, 200);
    // One process knows its own commits; SQLite has no other.
    let is_shared = matches!(t.portal.db.target(), Target::Postgres(_));
    assert_eq!(set(&changed).is_some(), is_shared);
    if let Some(set) = set(&changed) {
        for attribute in ["HttpOnly", "Secure", "Path=/", "SameSite=Lax", "Max-Age=5"] {
            assert!(set.contains(attribute), "{set}");
        }
    }
    assert!(set(&browser.get("/contacts").unwrap()).is_none(), "a reading writes nothing");
    assert!(set(&awa.patch("/me", &json!({"job_title": "Head"}))).is_none(), "a program has no cookies");
}

#[story]
fn what_is_kept_has_the_tag_of_what_is_stored(t: TestApp) {
    let (awa, reader) = (t.ncp("SN"), t.member(&Application::new("KE", "Wanjiru Kamau")));
    let path = format!("/contacts/{}", contact(&awa));
    let tag = |reader: &Person| reader.get(&path).header("etag").expect("a tag").to_owned();
    let first = tag(&reader);
    assert_eq!(tag(&reader), first);
    assert_eq!(reader.with_header("if-none-match", &first).get(&path).status, 304);
    assert_eq!(reader.with_header("if-none-match", &format!("W/{first}")).get(&path).status, 304);
    let own = tag(&awa);
    awa.with_header("if-match", &own).patch(&path, &json!({"job_title": "Director"})).expect(200);
    assert_eq!(awa.with_header("if-match", &own).patch(&path, &json!({"job_title": "Head"})).status, 412);
    let next = reader.with_header("if-none-match", &first).get(&path);
    assert_eq!((next.status, next.json()["job_title"].clone()), (200, json!("Director")));
    assert_ne!(next.header("etag").unwrap(), first);
}

#[story]
fn a_kept_page_is_for_whoever_is_logged_in_and_may_see_it(t: TestApp) {
    let (awa, admin) = (t.ncp("SN"), t.admin());
    awa.get("/contacts").expect(200);
    let id = awa.get("/me").expect(200)["id"].as_str().unwrap().to_owned();
    let again = t.login(&awa.email);
    again.get("/contacts").expect(200);
    assert_eq!(again.post("/auth/logout", &json!({})).status, 204);
    assert_eq!(again.get("/contacts").refused(401), "session_ended");
    awa.get("/contacts").expect(200);
    admin.post(&format!("/users/{id}/suspend"), &json!({"reason": "left"})).expect(200);
    awa.get("/contacts").refused(401);
}

#[story("directory.seen_per_day=60")]
fn what_is_kept_counts_against_the_limit_of_the_day(t: TestApp) {
    let awa = t.ncp("SN");
    t.seed(40);
    let mut answers = (0..10).map(|_| awa.get("/contacts?limit=20").status);
    assert_eq!(answers.find(|status| *status != 200), Some(429));
}

#[story("directory.kept_mib=0")]
fn a_portal_that_keeps_nothing_reads_each_time(t: TestApp) {
    let (awa, reader) = (t.ncp("SN"), t.member(&Application::new("KE", "Wanjiru Kamau")));
    let id = contact(&awa);
    title(&reader, &id);
    change_elsewhere(&t, &awa, "Director");
    assert_eq!((title(&reader, &id), listed_title(&reader, &id)), (json!("Director"), json!("Director")));
}

#[story("directory.kept_mib=1")]
fn what_was_read_once_is_kept_until_it_changes(t: TestApp) {
    let (awa, admin) = (t.ncp("SN"), t.admin());
    t.seed(300);
    let ids: Vec<String> = admin.all("/contacts").iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect();
    let mut rendered = Vec::new();
    for _ in 0..2 {
        for id in &ids {
            let one = admin.get(&format!("/contacts/{id}")).expect(200);
            assert_eq!(one["id"], *id);
        }
        rendered.push(t.rendered("contacts"));
    }
    assert_eq!(rendered[0], rendered[1], "none of them is rendered again");
    awa.patch("/me", &json!({"job_title": "Director"})).expect(200);
    assert_eq!(listed_title(&awa, &contact(&awa)), "Director");
}

#[story]
fn a_kept_page_stands_in_the_frame_of_its_reader(t: TestApp) {
    let (awa, admin) = (t.ncp("SN"), t.admin());
    let readers = [Application::new("CI", "Aya Koné"), Application::new("CI", "Koffi Yao")].map(|who| t.member(&who));
    let id = contact(&awa);
    let pages = [format!("/contacts/{id}"), "/directory".to_owned(), "/directory?region=WCA&sort=member".to_owned()];
    for address in &pages {
        for (reader, name) in readers.iter().zip(["Aya Koné", "Koffi Yao"]) {
            for _ in 0..2 {
                let page = Browser::of(&t, reader).open(address);
                assert!(page.shows("nav.places a[aria-current]"), "{address}");
                assert!(page.has(name), "{address} names its own reader");
                let french = Browser::of(&t, reader).in_french().open(address);
                assert_ne!(french.text(), page.text(), "{address} in another language");
            }
        }
    }
    // Who may change a contact is offered it; who may not is not, whichever of them came first.
    let edit = format!("a[href='/contacts/{id}/edit']");
    for (reader, may) in [(&readers[0], false), (&awa, true), (&admin, true), (&readers[1], false), (&awa, true)] {
        assert_eq!(Browser::of(&t, reader).open(&pages[0]).shows(&edit), may, "{}", reader.email);
    }
}
