//! Reading in the portal: unread marks, acknowledgements, the public feed.

use std::time::Duration;

use diesel::prelude::*;
use portal::db::schema::{digest, mail_content};
use portal::demo::client::Answer;
use portal::demo::receiver::Verdict;
use portal::http::xml::Element;
use serde_json::{Value, json};

use crate::announcements::{counts, summary};
use crate::support::{Application, Expect as _, PASSWORD, Person, TestApp, story};

pub const DAY: Duration = Duration::from_hours(24);
/// Stories begin on Monday, 2 February 2026, at 02:40; digests leave at 07:00.
pub const UNTIL_SEVEN: Duration = Duration::from_mins(260);

pub fn draft(subject: &str, more: &Value) -> Value {
    let mut draft =
        json!({"default_language": "en", "variants": {"en": {"subject": subject, "body_markdown": "Something."}}});
    for (key, value) in more.as_object().unwrap() {
        draft[key] = value.clone();
    }
    draft
}

pub fn announce(admin: &Person, subject: &str, more: &Value) -> String {
    let id = admin.post("/announcements", &draft(subject, more)).expect(201)["id"].as_str().unwrap().to_owned();
    act(admin, &id, "send").expect(202);
    id
}

pub fn act(admin: &Person, id: &str, deed: &str) -> Answer {
    admin.post(&format!("/announcements/{id}/{deed}"), &json!({}))
}

/// The titles in a person's list, the newest first.
pub fn titles(person: &Person, filter: &str) -> Vec<String> {
    let rows = person.all(&format!("/announcements{filter}"));
    rows.iter().map(|row| row["subjects"]["en"].as_str().unwrap().to_owned()).collect()
}

pub fn unread(person: &Person) -> Value {
    person.get("/me/unread").expect(200)
}

pub fn choose(person: &Person, rhythm: &str) -> Value {
    person.put("/me/subscriptions", &json!({"digest": rhythm})).expect(200)
}

pub fn keep_house(t: &TestApp) {
    t.run(t.portal.run_maintenance_once()).unwrap();
}

#[story]
fn what_is_unread_is_said_and_its_reader_alone_changes_that(t: TestApp) {
    let (awa, wanjiru) = (t.ncp("SN"), t.member(&Application::new("KE", "Wanjiru Kamau")));
    let admin = t.admin();
    let first = announce(&admin, "First", &json!({}));
    t.pass(Duration::from_secs(1));
    announce(&admin, "Second", &json!({}));
    t.dispatch();
    let path = format!("/announcements/{first}");
    assert_eq!(unread(&awa), json!({"announcements": 2, "more": false}));
    for _ in 0..2 {
        let one = awa.get(&path).expect(200);
        assert_eq!((&one["unread"], &one["acknowledged_at"]), (&json!(true), &json!(null)), "fetching changes nothing");
    }
    for _ in 0..2 {
        assert_eq!(awa.put(&format!("{path}/read"), &json!({})).expect(200)["unread"], false);
    }
    assert_eq!(unread(&awa)["announcements"], 1);
    assert_eq!(titles(&awa, "?unread=true"), ["Second"]);
    assert_eq!(titles(&awa, "?unread=false"), ["First"]);
    assert_eq!(titles(&awa, ""), ["Second", "First"]);
    assert_eq!(unread(&wanjiru)["announcements"], 2, "her own marks");
    assert_eq!(awa.delete(&format!("{path}/read")).expect(200)["unread"], true);
    assert_eq!(unread(&awa)["announcements"], 2);

    // A person who is no recipient marks nothing, not even of the Secretariat.
    let senegal = announce(&admin, "Senegal", &json!({"audience": {"members": ["SN"]}}));
    t.dispatch();
    for stranger in [&wanjiru, &admin] {
        assert_eq!(stranger.put(&format!("/announcements/{senegal}/read"), &json!({})).refused(404), "not_found");
    }
    let seen = admin.get(&format!("/announcements/{senegal}")).expect(200);
    assert!(seen.get("unread").is_none(), "it is not hers: {seen}");
    assert_eq!(titles(&admin, "?unread=true"), [""; 0], "nothing is addressed to her");
    // A program may look, and says nothing in its owner's name.
    let token = json!({"name": "reader", "scopes": ["community:read"], "expires_in_days": 1});
    let token = awa.post("/me/tokens", &token).expect(201)["token"].as_str().unwrap().to_owned();
    let program = t.anonymous().with_token(&token);
    program.get(&path).unwrap().expect(200);
    assert_eq!(program.json("PUT", &format!("{path}/read"), &json!({})).unwrap().refused(403), "scope_missing");
    assert_eq!(program.post(&format!("{path}/acknowledge"), &json!({})).unwrap().refused(403), "scope_missing");
}

#[story]
fn unread_announcements_are_counted_up_to_a_hundred(t: TestApp) {
    let awa = t.ncp("SN");
    let admin = t.admin();
    for number in 0..101 {
        announce(&admin, &format!("Number {number}"), &json!({}));
    }
    t.dispatch();
    assert_eq!(unread(&awa), json!({"announcements": 100, "more": true}));
    let newest = awa.get("/announcements?limit=1").expect(200)["data"][0]["id"].as_str().unwrap().to_owned();
    awa.put(&format!("/announcements/{newest}/read"), &json!({})).expect(200);
    assert_eq!(unread(&awa), json!({"announcements": 100, "more": false}));
}

#[story]
fn an_acknowledgement_is_given_once_and_listed(t: TestApp) {
    let (awa, wanjiru) = (t.ncp("SN"), t.member(&Application::new("KE", "Wanjiru Kamau")));
    let marie = t.member(&Application::new("FR", "Marie Curie"));
    let admin = t.admin();
    let ask = json!({"acknowledge": true, "audience": {"members": ["SN", "KE"]}});
    let id = announce(&admin, "Please confirm", &ask);
    let plain = announce(&admin, "For information", &json!({}));
    t.dispatch();
    let path = format!("/announcements/{id}");
    assert_eq!(act(&awa, &plain, "acknowledge").refused(409), "acknowledgement_not_asked");
    assert_eq!(act(&marie, &id, "acknowledge").refused(404), "not_found");
    let said = act(&awa, &id, "acknowledge").expect(200);
    assert_eq!((&said["unread"], said["acknowledged_at"].is_string()), (&json!(false), true));
    t.pass(Duration::from_mins(1));
    assert_eq!(act(&awa, &id, "acknowledge").expect(200), said, "to say it twice is to say it");
    awa.delete(&format!("{path}/read")).expect(200);
    assert_eq!(awa.get(&path).expect(200)["acknowledged_at"], said["acknowledged_at"], "for good");
    assert_eq!(admin.all(&format!("/audit?subject={id}&action=announcement_acknowledged")).len(), 1);

    let list = admin.get(&format!("{path}/acknowledgements")).expect(200);
    assert_eq!(list["counts"], json!({"asked": 2, "acknowledged": 1, "missing": 1}));
    let of = |state: &str| admin.all(&format!("{path}/acknowledgements?state={state}"));
    let (has, lacks) = (of("acknowledged"), of("missing"));
    assert_eq!((has.len(), lacks.len()), (1, 1));
    assert_eq!((&has[0]["name"], &has[0]["organisation"]), (&json!("Awa Diop"), &json!("SN")));
    assert_eq!(has[0]["acknowledged_at"], said["acknowledged_at"]);
    assert_eq!((&lacks[0]["name"], &lacks[0]["organisation_name"]), (&json!("Wanjiru Kamau"), &json!("Kenya")));
    let page = admin.get(&format!("{path}/acknowledgements?limit=1")).expect(200);
    assert!(page["page"]["next_cursor"].is_string());
    let file = admin.get(&format!("{path}/acknowledgements.csv?state=missing"));
    assert_eq!(file.header("content-type"), Some("text/csv; charset=utf-8; header=present"));
    let lines: Vec<&str> = file.text.lines().collect();
    assert_eq!(lines[0], "\u{feff}\"Name\",\"Member (code)\",\"Member\",\"Acknowledged on\",\"Identifier\"");
    let begins = "\"Wanjiru Kamau\",\"KE\",\"Kenya\",\"\",";
    assert!(lines.len() == 2 && lines[1].starts_with(begins), "{}", file.text);
    assert_eq!(
        admin.get(&format!("/announcements/{plain}/acknowledgements")).refused(409),
        "acknowledgement_not_asked"
    );
    assert_eq!(wanjiru.get(&format!("{path}/acknowledgements")).refused(403), "secretariat_only");
    assert_eq!(admin.get(&format!("{path}/acknowledgements.csv?limit=5")).refused(400), "bad_query");
    assert_eq!(admin.all(&format!("/audit?subject={id}&action=announcement_exported")).len(), 1);
}

#[story]
fn a_mail_that_asks_for_an_acknowledgement_leads_to_a_page_with_a_button(t: TestApp) {
    let awa = t.member(&Application::new("SN", "Awa Diop").reading("fr"));
    let wanjiru = t.member(&Application::new("KE", "Wanjiru Kamau"));
    let admin = t.admin();
    let ask = json!({"acknowledge": true, "audience": {"members": ["SN"]}, "default_language": "fr",
        "variants": {"fr": {"subject": "À confirmer", "body_markdown": "Voir **ceci**."}}});
    let id = announce(&admin, "", &ask);
    let link = format!("/announcements/{id}");
    let mail = t.newest_mail(&awa.email);
    assert!(mail.text.contains("Veuillez confirmer") && mail.text.contains(&link), "{}", mail.text);
    assert!(mail.html.contains(&format!("href=\"https://portal.example{link}?mail=")), "{}", mail.html);

    let browser = |person: &Person| {
        let form = json!({"email": person.email, "password": PASSWORD, "cookie": true});
        let answer = t.anonymous().post("/auth/login", &form).unwrap();
        let set = answer.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
        t.anonymous().with_header("cookie", &set).with_header("sec-fetch-site", "same-origin")
    };
    for stranger in [t.anonymous(), browser(&wanjiru)] {
        let closed = stranger.send("GET", &link, None).unwrap();
        assert_eq!(closed.status, 404);
        assert!(closed.text.contains("not available to you") && !closed.text.contains("confirmer"), "{}", closed.text);
        assert_eq!(stranger.send("POST", &link, None).unwrap().status, 404);
    }
    let hers = browser(&awa);
    let page = hers.send("GET", &link, None).unwrap();
    assert!(page.status == 200 && page.text.contains("<strong>ceci</strong>"), "{}", page.text);
    assert!(page.text.contains("lu cette annonce"), "a button: {}", page.text);
    assert_eq!(unread(&awa)["announcements"], 1, "a page changes nothing");
    assert_eq!(hers.send("POST", &link, None).unwrap().header("location"), Some(link.as_str()));
    assert!(awa.get(&link).expect(200)["acknowledged_at"].is_string());
    assert!(!hers.send("GET", &link, None).unwrap().text.contains("lu cette annonce"), "no button any more");
}

/// The path of the link to the portal in a mail that begins so.
pub fn path_in(text: &str, beginning: &str) -> String {
    let start = text.find(beginning).unwrap_or_else(|| panic!("no {beginning} in {text}"));
    text[start..].split(|c: char| c.is_whitespace() || "\"<>)".contains(c)).next().unwrap().to_owned()
}

#[story]
fn the_link_of_ones_own_mail_is_enough_to_read_and_acknowledge(t: TestApp) {
    let (awa, wanjiru) = (t.ncp("SN"), t.member(&Application::new("KE", "Wanjiru Kamau")));
    let admin = t.admin();
    let other = announce(&admin, "For Kenya", &json!({"audience": {"members": ["KE"]}}));
    let id = announce(&admin, "To be read", &json!({"acknowledge": true, "audience": {"members": ["SN"]}}));
    t.deliver();
    let link = path_in(&t.newest_mail(&awa.email).text, &format!("/announcements/{id}?mail="));
    let anybody = t.anonymous();
    let page = anybody.send("GET", &link, None).unwrap();
    assert!(page.status == 200 && page.text.contains("I have read this announcement"), "{}", page.text);
    assert_eq!(awa.get(&format!("/announcements/{id}")).expect(200)["acknowledged_at"], Value::Null);
    assert_eq!(anybody.send("POST", &link, None).unwrap().header("location"), Some(link.as_str()));
    assert!(awa.get(&format!("/announcements/{id}")).expect(200)["acknowledged_at"].is_string());
    // It speaks for her, and for nothing that was not addressed to her; and not any more when she is gone.
    let token = link.split_once('=').unwrap().1.to_owned();
    for strange in [format!("/announcements/{other}?mail={token}"), format!("/announcements/{id}?mail={token}a")] {
        assert_eq!(anybody.send("GET", &strange, None).unwrap().status, 404, "{strange}");
        assert_eq!(anybody.send("POST", &strange, None).unwrap().status, 404, "{strange}");
    }
    assert_eq!(titles(&wanjiru, ""), ["For Kenya"]);
    let me = awa.get("/me").expect(200)["id"].as_str().unwrap().to_owned();
    admin.post(&format!("/users/{me}/suspend"), &json!({"reason": "Left."})).expect(200);
    assert_eq!(anybody.send("GET", &link, None).unwrap().status, 404);
}

#[story]
fn of_one_that_was_cancelled_those_read_it_whom_it_had_reached(t: TestApp) {
    let (awa, wanjiru) = (t.ncp("SN"), t.member(&Application::new("KE", "Wanjiru Kamau")));
    let admin = t.admin();
    let never = announce(&admin, "Never left", &json!({}));
    t.dispatch();
    act(&admin, &never, "cancel").expect(200);
    t.mail_server_answers(&wanjiru.email, [Verdict::Refuse("451 4.3.0 later")]);
    let half = announce(&admin, "Left for one", &json!({"acknowledge": true}));
    t.deliver();
    assert_eq!(titles(&wanjiru, ""), ["Left for one"], "it is on its way to her");
    act(&admin, &half, "cancel").expect(200);
    t.deliver();
    assert_eq!(summary(&admin, &half), counts(&[("total", 2), ("sent", 1), ("cancelled", 1)]));
    assert_eq!((titles(&awa, ""), titles(&wanjiru, "")), (vec!["Left for one".to_owned()], Vec::new()));
    assert_eq!((&unread(&awa)["announcements"], &unread(&wanjiru)["announcements"]), (&json!(1), &json!(0)));
    for (person, id) in [(&awa, &never), (&wanjiru, &never), (&wanjiru, &half)] {
        assert_eq!(person.get(&format!("/announcements/{id}")).refused(404), "not_found");
        assert_eq!(person.put(&format!("/announcements/{id}/read"), &json!({})).refused(404), "not_found");
        assert_eq!(act(person, id, "acknowledge").refused(404), "not_found");
    }
    act(&awa, &half, "acknowledge").expect(200);
    let list = admin.get(&format!("/announcements/{half}/acknowledgements")).expect(200);
    assert_eq!(list["counts"], json!({"asked": 1, "acknowledged": 1, "missing": 0}));
    admin.get(&format!("/announcements/{never}")).expect(200);

    // The marks stay when the mails are deleted.
    t.pass(31 * DAY);
    keep_house(&t);
    let (awa, wanjiru) = (t.login(&awa.email), t.login(&wanjiru.email));
    assert_eq!((titles(&awa, ""), titles(&wanjiru, "")), (vec!["Left for one".to_owned()], Vec::new()));
    let never = awa.get(&format!("/announcements/{never}"));
    assert_eq!(never.refused(404), "not_found");
}

#[story]
fn anybody_reads_the_feed_of_public_announcements(t: TestApp) {
    const ATOM: &str = "http://www.w3.org/2005/Atom";
    let awa = t.ncp("SN");
    let admin = t.admin();
    let variants = json!({
        "en": {"subject": "Open & free", "body_markdown": "Hello <script>alert(1)</script> *all*"},
        "fr": {"subject": "Ouvert", "body_markdown": "Bonjour"},
    });
    t.set_up("second@portal.example", "Colleague");
    let other = t.with_app(&t.login("second@portal.example"));
    let publish = |subject: &str, more: &Value| {
        let id = admin.post("/announcements", &draft(subject, more)).expect(201)["id"].as_str().unwrap().to_owned();
        act(&admin, &id, "submit").expect(200);
        act(&other, &id, "approve").expect(200);
        act(&admin, &id, "send").expect(202);
        id
    };
    let shown = publish("", &json!({"public": true, "variants": variants}));
    announce(&admin, "Not for all", &json!({}));
    t.deliver();
    t.pass(Duration::from_mins(1));
    let newer = publish("Newer", &json!({"public": true}));
    admin.post("/announcements", &draft("A draft", &json!({"public": true}))).expect(201);
    let feed = |query: &str| t.anonymous().get(&format!("/announcements/feed.atom{query}")).unwrap();
    let read = |answer: &Answer| Element::parse(answer.text.as_bytes()).unwrap();
    let entries =
        |feed: &Element| -> Vec<Element> { feed.children().filter(|child| child.is(ATOM, "entry")).collect() };
    let text = |element: &Element, name: &str| element.child(ATOM, name).unwrap().text().to_owned();
    assert_eq!(entries(&read(&feed(""))).len(), 1, "the newer is under way still");
    t.deliver();

    let answer = feed("?language=fr");
    assert_eq!(answer.header("content-type"), Some("application/atom+xml; charset=utf-8"));
    assert_eq!(answer.header("cache-control"), Some("public, max-age=300"));
    let french = read(&answer);
    assert_eq!(text(&french, "id"), "tag:portal.example,2026:announcements/fr");
    let rows = entries(&french);
    assert_eq!(rows.iter().map(|row| text(row, "title")).collect::<Vec<_>>(), ["Newer", "Ouvert"]);
    assert_eq!(rows.iter().map(|row| row.attribute("lang").unwrap()).collect::<Vec<_>>(), ["en", "fr"]);
    assert_eq!(text(&rows[0], "id"), format!("urn:uuid:{newer}"));
    assert_eq!(text(&french, "updated"), text(&rows[0], "updated"));
    let english = entries(&read(&feed("?language=es")));
    assert_eq!(
        (text(&english[1], "title"), text(&english[1], "id")),
        ("Open & free".to_owned(), format!("urn:uuid:{shown}"))
    );
    assert_eq!(text(&english[1], "content"), "<p>Hello  <em>all</em></p>\n");
    assert!(!answer.text.contains(&awa.email) && !answer.text.contains("secretariat@"), "{}", answer.text);

    let tag = answer.header("etag").unwrap();
    let again = t.anonymous().with_header("if-none-match", tag).get("/announcements/feed.atom?language=fr").unwrap();
    assert_eq!((again.status, again.text.as_str()), (304, ""));
    assert_eq!(feed("?language=xx").refused(400), "bad_query");
    let page = t.anonymous().send("GET", &format!("/announcements/{shown}"), None).unwrap();
    assert!(page.status == 200 && page.text.contains("<em>all</em>") && !page.text.contains("alert"), "{}", page.text);
}

#[story]
fn what_somebody_read_is_in_the_export_and_goes_with_the_person(t: TestApp) {
    let person = t.member(&Application::new("SN", "Zenobia Quartz"));
    let admin = t.admin();
    choose(&person, "daily");
    person.put("/me/subscriptions", &json!({"topics": {"events": false}})).expect(200);
    let id = announce(&admin, "Please confirm", &json!({"acknowledge": true}));
    t.pass(Duration::from_secs(1));
    announce(&admin, "News", &json!({"topic": "news"}));
    t.deliver();
    act(&person, &id, "acknowledge").expect(200);
    let export = person.get("/me/export").expect(200);
    assert_eq!(export["digests"], json!([{"rhythm": "daily", "due_at": "2026-02-02T07:00:00Z"}]));
    assert_eq!(export["topics_left"][0]["topic"], "events");
    let (news, confirmed) = (&export["announcements"][0], &export["announcements"][1]);
    assert!(news["digest_since"].is_string() && news["read_at"].is_null(), "{export}");
    assert!(confirmed["read_at"].is_string() && confirmed["acknowledged_at"].is_string(), "{export}");
    t.pass(UNTIL_SEVEN);
    keep_house(&t);
    let export = t.login(&person.email).get("/me/export").expect(200);
    assert!(export["announcements"][0]["digest_at"].is_string(), "{export}");
    assert!(export["mails"].as_array().unwrap().iter().any(|mail| mail["kind"] == "digest"), "{export}");

    t.login(&person.email).delete("/me").expect(202);
    t.pass(15 * DAY);
    keep_house(&t);
    t.deliver();
    let list = t.admin().all(&format!("/announcements/{id}/acknowledgements"));
    assert_eq!(
        (list[0]["name"].as_str(), list[0]["acknowledged_at"].is_string()),
        (Some("Former contact (Senegal)"), true)
    );
    let rest = t.run(t.portal.db.read(|conn| {
        let chosen: i64 = digest::table.count().get_result(conn)?;
        let left: i64 = portal::db::schema::mail_opt_out::table.count().get_result(conn)?;
        let texts = mail_content::table.filter(mail_content::body_text.like("%Zenobia%"));
        Ok((chosen, left, texts.count().get_result::<i64>(conn)?))
    }));
    assert_eq!(rest.unwrap(), (0, 0, 0));
}
