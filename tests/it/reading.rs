//! Reading in the portal: unread marks, acknowledgements, digests, the public feed, and what is kept of old announcements.

use std::time::Duration;

use diesel::prelude::*;
use portal::db::Id;
use portal::db::schema::{contact, digest, mail, mail_content};
use portal::demo::client::Answer;
use portal::demo::receiver::Verdict;
use portal::http::xml::Element;
use serde_json::{Value, json};

use crate::announcements::{counts, summary};
use crate::support::{Application, Expect as _, PASSWORD, Person, Story, TestApp, stories};

pub fn stories() -> Vec<Story> {
    stories![
        what_is_unread_is_said_and_its_reader_alone_changes_that,
        unread_announcements_are_counted_up_to_a_hundred,
        an_acknowledgement_is_given_once_and_listed,
        a_mail_that_asks_for_an_acknowledgement_leads_to_a_page_with_a_button,
        of_one_that_was_cancelled_those_read_it_whom_it_had_reached,
        a_digest_names_once_what_came_in_the_readers_language,
        a_digest_of_the_week_leaves_on_mondays,
        what_was_left_or_cancelled_meanwhile_is_in_no_digest,
        who_goes_back_to_each_at_once_gets_what_waits,
        the_link_in_a_digest_leads_to_the_readers_choices,
        two_instances_send_one_digest_each_and_lose_nothing: ["announcements.approval=false"],
        counts_add_up_whoever_wants_a_digest,
        anybody_reads_the_feed_of_public_announcements,
        goal_44_what_became_of_each_mail_is_a_file,
        after_thirty_days_counts_alone_are_kept,
        what_somebody_read_is_in_the_export_and_goes_with_the_person,
    ]
}

const DAY: Duration = Duration::from_hours(24);
/// Stories begin on Monday, 2 February 2026, at 02:40; digests leave at 07:00.
const UNTIL_SEVEN: Duration = Duration::from_mins(260);

fn draft(subject: &str, more: &Value) -> Value {
    let mut draft =
        json!({"default_language": "en", "variants": {"en": {"subject": subject, "body_markdown": "Something."}}});
    for (key, value) in more.as_object().unwrap() {
        draft[key] = value.clone();
    }
    draft
}

fn announce(admin: &Person, subject: &str, more: &Value) -> String {
    let id = admin.post("/announcements", &draft(subject, more)).expect(201)["id"].as_str().unwrap().to_owned();
    act(admin, &id, "send").expect(202);
    id
}

fn act(admin: &Person, id: &str, deed: &str) -> Answer {
    admin.post(&format!("/announcements/{id}/{deed}"), &json!({}))
}

/// The titles of what somebody finds in the list, the newest first.
fn titles(person: &Person, filter: &str) -> Vec<String> {
    let rows = person.all(&format!("/announcements{filter}"));
    rows.iter().map(|row| row["subjects"]["en"].as_str().unwrap().to_owned()).collect()
}

fn unread(person: &Person) -> Value {
    person.get("/me/unread").expect(200)
}

fn choose(person: &Person, rhythm: &str) -> Value {
    person.put("/me/subscriptions", &json!({"digest": rhythm})).expect(200)
}

fn keep_house(t: &TestApp) {
    t.run(t.portal.keep_house_once()).unwrap();
}

/// The texts of the digests that reached somebody.
fn digests(t: &TestApp, person: &Person) -> Vec<String> {
    let mails = t.inbox(&person.email).into_iter();
    mails
        .filter(|mail| mail.subject.contains("digest") || mail.subject.contains("récapitulatif"))
        .map(|m| m.text)
        .collect()
}

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

    // Whom it is not addressed to marks nothing, not even of the Secretariat.
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
    assert_eq!(lines[0], "\u{feff}Name,Member (code),Member,Acknowledged at,Identifier");
    assert!(lines.len() == 2 && lines[1].starts_with("Wanjiru Kamau,KE,Kenya,,"), "{}", file.text);
    assert_eq!(
        admin.get(&format!("/announcements/{plain}/acknowledgements")).refused(409),
        "acknowledgement_not_asked"
    );
    assert_eq!(wanjiru.get(&format!("{path}/acknowledgements")).refused(403), "secretariat_only");
    assert_eq!(admin.get(&format!("{path}/acknowledgements.csv?limit=5")).refused(400), "bad_query");
    assert_eq!(admin.all(&format!("/audit?subject={id}&action=announcement_exported")).len(), 1);
}

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
    assert!(mail.html.contains(&format!("href=\"https://portal.example{link}\"")), "{}", mail.html);

    let browser = |person: &Person| {
        let form = json!({"email": person.email, "password": PASSWORD, "cookie": true});
        let answer = t.anonymous().post("/auth/login", &form).unwrap();
        let set = answer.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
        t.anonymous().with_header("cookie", &set).with_header("sec-fetch-site", "same-origin")
    };
    for stranger in [t.anonymous(), browser(&wanjiru)] {
        let closed = stranger.send("GET", &link, None).unwrap();
        assert_eq!(closed.status, 404);
        assert!(closed.text.contains("Not open to you") && !closed.text.contains("confirmer"), "{}", closed.text);
        assert_eq!(stranger.send("POST", &link, None).unwrap().status, 404);
    }
    let hers = browser(&awa);
    let page = hers.send("GET", &link, None).unwrap();
    assert!(page.status == 200 && page.text.contains("<strong>ceci</strong>"), "{}", page.text);
    assert!(page.text.contains("lu cette annonce"), "a button: {}", page.text);
    assert_eq!(unread(&awa)["announcements"], 1, "a page changes nothing");
    assert_eq!(hers.send("POST", &link, None).unwrap().status, 200);
    assert!(awa.get(&link).expect(200)["acknowledged_at"].is_string());
    assert!(!hers.send("GET", &link, None).unwrap().text.contains("lu cette annonce"), "no button any more");
}

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

    // So it stays when the mails that say so are deleted.
    t.pass(31 * DAY);
    keep_house(&t);
    let (awa, wanjiru) = (t.login(&awa.email), t.login(&wanjiru.email));
    assert_eq!((titles(&awa, ""), titles(&wanjiru, "")), (vec!["Left for one".to_owned()], Vec::new()));
    let never = awa.get(&format!("/announcements/{never}"));
    assert_eq!(never.refused(404), "not_found");
}

fn a_digest_names_once_what_came_in_the_readers_language(t: TestApp) {
    let awa = t.member(&Application::new("SN", "Awa Diop").reading("fr"));
    let wanjiru = t.member(&Application::new("KE", "Wanjiru Kamau"));
    let before = awa.get("/me/subscriptions").expect(200);
    assert_eq!((&before["digest"], &before["next_digest_at"]), (&json!("at_once"), &json!(null)));
    let chosen = choose(&awa, "daily");
    assert_eq!((&chosen["digest"], &chosen["next_digest_at"]), (&json!("daily"), &json!("2026-02-02T07:00:00Z")));
    assert_eq!(awa.put("/me/subscriptions", &json!({"digest": "hourly"})).refused(422), "invalid");
    let admin = t.admin();
    let variants = json!({"en": {"subject": "News", "body_markdown": "x"}, "fr": {"subject": "<Nouvelles> & *plus*", "body_markdown": "x"}});
    let preview = admin.post("/announcements", &draft("x", &json!({"topic": "news"}))).expect(201);
    let preview = act(&admin, preview["id"].as_str().unwrap(), "preview").expect(200);
    let told = (&preview["recipients"], &preview["skipped"], &preview["digest"]);
    assert_eq!(told, (&json!(2), &json!(0), &json!(1)));
    let id = announce(&admin, "", &json!({"topic": "news", "variants": variants}));
    t.pass(Duration::from_secs(1));
    announce(&admin, "Official", &json!({}));
    t.pass(Duration::from_secs(1));
    announce(&admin, "English alone", &json!({"topic": "events"}));
    t.deliver();
    assert_eq!(summary(&admin, &id), counts(&[("total", 2), ("sent", 1), ("skipped", 1)]));
    let skipped = admin.all(&format!("/announcements/{id}/deliveries?state=skipped"));
    assert_eq!((&skipped[0]["to_address"], &skipped[0]["last_reply"]), (&json!(awa.email), &json!("digest")));
    let subjects = |person: &Person| t.inbox(&person.email).into_iter().map(|mail| mail.subject).collect::<Vec<_>>();
    assert!(subjects(&awa).contains(&"Official".to_owned()) && !subjects(&awa).iter().any(|s| s.contains("Nouvelles")));
    assert!(subjects(&wanjiru).contains(&"News".to_owned()));
    assert_eq!(titles(&awa, ""), ["English alone", "Official", "News"], "it can be read at once");
    keep_house(&t);
    assert_eq!(digests(&t, &awa).len(), 0, "not yet");

    t.pass(UNTIL_SEVEN);
    keep_house(&t);
    keep_house(&t);
    let found = digests(&t, &awa);
    assert_eq!(found.len(), 1, "{found:?}");
    for named in
        ["Awa Diop", "<Nouvelles> & *plus*", "English alone", &format!("/announcements/{id}"), "/subscriptions/"]
    {
        assert!(found[0].contains(named), "{named} in {}", found[0]);
    }
    assert!(!found[0].contains("Official"), "{}", found[0]);
    let mail = t.newest_mail(&awa.email);
    assert_eq!(
        (mail.subject.as_str(), mail.language.as_str()),
        ("Smart Customs Community : votre récapitulatif", "fr")
    );
    assert!(mail.html.contains("&lt;Nouvelles"), "{}", mail.html);
    let next = t.login(&awa.email).get("/me/subscriptions").expect(200);
    assert_eq!(next["next_digest_at"], "2026-02-03T07:00:00Z");
    // Nothing is named twice, and where nothing came there is no mail.
    t.pass(DAY);
    keep_house(&t);
    assert_eq!((digests(&t, &awa).len(), digests(&t, &wanjiru).len()), (1, 0));
    assert_eq!(summary(&t.admin(), &id), counts(&[("total", 2), ("sent", 1), ("skipped", 1)]));
}

fn a_digest_of_the_week_leaves_on_mondays(t: TestApp) {
    let awa = t.ncp("SN");
    choose(&awa, "weekly");
    t.pass(UNTIL_SEVEN);
    keep_house(&t);
    let awa = t.login(&awa.email);
    assert_eq!(awa.get("/me/subscriptions").expect(200)["next_digest_at"], "2026-02-09T07:00:00Z");
    announce(&t.admin(), "News", &json!({"topic": "news"}));
    t.deliver();
    t.pass(6 * DAY);
    keep_house(&t);
    assert_eq!(digests(&t, &awa).len(), 0);
    t.pass(DAY);
    keep_house(&t);
    assert_eq!(digests(&t, &awa).len(), 1);
}

fn what_was_left_or_cancelled_meanwhile_is_in_no_digest(t: TestApp) {
    let (awa, wanjiru) = (t.ncp("SN"), t.member(&Application::new("KE", "Wanjiru Kamau")));
    choose(&awa, "daily");
    let admin = t.admin();
    let cancelled = announce(&admin, "Taken back", &json!({"topic": "news"}));
    announce(&admin, "Unwanted", &json!({"topic": "events"}));
    t.pass(Duration::from_secs(1));
    let named = announce(&admin, "Wanted", &json!({"topic": "news"}));
    t.dispatch();
    act(&admin, &cancelled, "cancel").expect(200);
    awa.put("/me/subscriptions", &json!({"topics": {"events": false}})).expect(200);
    t.pass(UNTIL_SEVEN);
    keep_house(&t);
    // Whom a digest told may read it even if the rest is taken back.
    act(&t.admin(), &named, "cancel").expect(200);
    let found = digests(&t, &awa);
    assert!(found.len() == 1 && found[0].contains("Wanted"), "{found:?}");
    assert!(!found[0].contains("Taken back") && !found[0].contains("Unwanted"), "{found:?}");
    assert_eq!(titles(&t.login(&awa.email), ""), ["Wanted", "Unwanted"]);
    assert_eq!(titles(&t.login(&wanjiru.email), ""), ["Unwanted"]);
}

fn who_goes_back_to_each_at_once_gets_what_waits(t: TestApp) {
    let awa = t.ncp("SN");
    choose(&awa, "weekly");
    let admin = t.admin();
    announce(&admin, "First", &json!({"topic": "news"}));
    t.deliver();
    let chosen = choose(&awa, "at_once");
    assert_eq!((&chosen["digest"], &chosen["next_digest_at"]), (&json!("at_once"), &json!(null)));
    let found = digests(&t, &awa);
    assert!(found.len() == 1 && found[0].contains("First"), "{found:?}");
    announce(&admin, "Second", &json!({"topic": "news"}));
    assert_eq!(t.newest_mail(&awa.email).subject, "Second");
    t.pass(UNTIL_SEVEN);
    keep_house(&t);
    assert_eq!(digests(&t, &awa).len(), 1);
}

fn the_link_in_a_digest_leads_to_the_readers_choices(t: TestApp) {
    let awa = t.ncp("SN");
    choose(&awa, "daily");
    announce(&t.admin(), "News", &json!({"topic": "news"}));
    t.deliver();
    t.pass(UNTIL_SEVEN);
    keep_house(&t);
    let text = digests(&t, &awa).pop().unwrap();
    let token = text.split("/subscriptions/").nth(1).unwrap().split_whitespace().next().unwrap();
    let link = format!("/subscriptions/{token}");
    let page = t.anonymous().send("GET", &link, None).unwrap();
    assert_eq!(page.status, 200);
    for made in ["value=\"daily\" checked", "value=\"weekly\">", "value=\"news\" checked", "> News of the community<"] {
        assert!(page.text.contains(made), "{made} in {}", page.text);
    }
    let form = Some(("application/x-www-form-urlencoded", "digest=weekly&topic=news&topic=events".as_bytes()));
    assert_eq!(t.anonymous().send("POST", &link, form).unwrap().status, 200);
    let wanted = |person: &Person| -> (Value, Vec<String>) {
        let own = person.get("/me/subscriptions").expect(200);
        let rows = own["data"].as_array().unwrap().iter().filter(|row| row["subscribed"] == true);
        (own["digest"].clone(), rows.map(|row| row["topic"].as_str().unwrap().to_owned()).collect())
    };
    let awa = t.login(&awa.email);
    assert_eq!(wanted(&awa), (json!("weekly"), vec!["events".to_owned(), "news".to_owned()]));
    assert_eq!(t.anonymous().send("POST", "/subscriptions/forged", form).unwrap().status, 404);
    // What a mail program sends by itself leaves all of it.
    assert_eq!(t.anonymous().send("POST", &format!("/unsubscribe/{token}"), None).unwrap().status, 200);
    assert_eq!(wanted(&awa), (json!("weekly"), Vec::new()));
}

/// Lets every other of these made-up contacts have a digest, due now: they can't log in to choose one.
fn let_some_have_digests(t: &TestApp, which: fn(usize) -> bool) -> Vec<Id> {
    let now = t.clock.now();
    t.run(t.portal.db.write(move |conn| {
        let users: Vec<Id> = contact::table.select(contact::user_id).distinct().order(contact::user_id).load(conn)?;
        let some = users.into_iter().enumerate().filter(|(number, _)| which(*number)).map(|(_, user)| user);
        let some: Vec<Id> = some.collect();
        for user in &some {
            let row = (digest::user_id.eq(user), digest::rhythm.eq("daily"), digest::due_at.eq(now));
            diesel::insert_into(digest::table).values(row).execute(conn)?;
        }
        Ok(some)
    }))
    .unwrap()
}

/// How often each person got a digest, and what all of these say.
fn digests_written(t: &TestApp) -> Vec<(Id, String)> {
    t.run(t.portal.db.read(|conn| {
        Ok(mail::table
            .inner_join(mail_content::table)
            .filter(mail::kind.eq("digest"))
            .select((mail::user_id.assume_not_null(), mail_content::body_text))
            .order(mail::user_id)
            .load(conn)?)
    }))
    .unwrap()
}

fn two_instances_send_one_digest_each_and_lose_nothing(t: TestApp) {
    t.seed(1_300);
    let admin = t.admin();
    let people = let_some_have_digests(&t, |_| true);
    announce(&admin, "First", &json!({"topic": "news"}));
    t.dispatch();
    let house = || t.portal.keep_house_once();
    t.run(async {
        let (first, second, third) = tokio::join!(house(), house(), house());
        first.and(second).and(third).unwrap();
    });
    keep_house(&t);
    let found = digests_written(&t);
    assert_eq!(found.iter().map(|(person, _)| *person).collect::<Vec<_>>(), people, "one each");
    assert!(found.iter().all(|(_, text)| text.matches("First").count() == 1));

    // While one fans out, others send digests: what is not in this one is in the next.
    t.pass(DAY);
    announce(&t.admin(), "Second", &json!({"topic": "news"}));
    announce(&t.admin(), "Third", &json!({"topic": "events"}));
    t.run(async {
        let (fanned, first, second) = tokio::join!(t.portal.dispatch_once(), house(), house());
        fanned.and(first).and(second).unwrap();
    });
    t.dispatch();
    t.pass(DAY);
    keep_house(&t);
    let found = digests_written(&t);
    for person in people {
        let own: String = found.iter().filter(|(user, _)| *user == person).map(|(_, text)| text.as_str()).collect();
        for title in ["First", "Second", "Third"] {
            assert_eq!(own.matches(title).count(), 1, "{title} in {own}");
        }
    }
}

fn counts_add_up_whoever_wants_a_digest(t: TestApp) {
    t.seed(90);
    let admin = t.admin();
    let people = let_some_have_digests(&t, |number| number % 3 == 0);
    let id = announce(&admin, "News", &json!({"topic": "news"}));
    let adds_up = || {
        let counts = summary(&t.admin(), &id);
        let of = |name: &str| counts[name].as_i64().unwrap();
        let parts = ["pending", "deferred", "sent", "failed", "skipped", "cancelled"].map(of);
        assert_eq!(parts.iter().sum::<i64>(), of("total"), "{counts}");
        let rows = t.admin().all(&format!("/announcements/{id}/deliveries"));
        assert_eq!(i64::try_from(rows.len()).unwrap(), of("total"));
        let by_digest = rows.iter().filter(|row| row["last_reply"] == "digest").count();
        assert!([0, people.len()].contains(&by_digest));
        counts
    };
    adds_up();
    t.dispatch();
    assert_eq!(adds_up()["skipped"], people.len());
    let rows = admin.all(&format!("/announcements/{id}/deliveries?state=pending"));
    for (number, row) in rows.iter().enumerate() {
        let verdict = [Verdict::Accept, Verdict::Refuse("550 5.1.1 unknown"), Verdict::Refuse("451 4.3.0 later")];
        t.mail_server_answers(row["to_address"].as_str().unwrap(), verdict.into_iter().skip(number % 3).take(1));
    }
    keep_house(&t);
    t.deliver();
    adds_up();
    keep_house(&t);
    t.pass(DAY);
    t.deliver();
    let end = adds_up();
    assert_eq!((&end["pending"], &end["deferred"]), (&json!(0), &json!(0)));
    assert_eq!(digests_written(&t).len(), people.len());
}

fn anybody_reads_the_feed_of_public_announcements(t: TestApp) {
    const ATOM: &str = "http://www.w3.org/2005/Atom";
    let awa = t.ncp("SN");
    let admin = t.admin();
    let variants = json!({
        "en": {"subject": "Open & free", "body_markdown": "Hello <script>alert(1)</script> *all*"},
        "fr": {"subject": "Ouvert", "body_markdown": "Bonjour"},
    });
    let shown = announce(&admin, "", &json!({"public": true, "variants": variants}));
    announce(&admin, "Not for all", &json!({}));
    t.deliver();
    t.pass(Duration::from_mins(1));
    let newer = announce(&admin, "Newer", &json!({"public": true}));
    admin.post("/announcements", &draft("A draft", &json!({"public": true}))).expect(201);
    let feed = |query: &str| t.anonymous().get(&format!("/announcements/feed.atom{query}")).unwrap();
    let read = |answer: &Answer| Element::parse(answer.text.as_bytes()).unwrap();
    let entries = |feed: &Element| -> Vec<Element> {
        feed.children.iter().filter(|child| child.is(ATOM, "entry")).cloned().collect()
    };
    let text = |element: &Element, name: &str| element.child(ATOM, name).unwrap().text.clone();
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

fn goal_44_what_became_of_each_mail_is_a_file(t: TestApp) {
    let tricky = t.member(&Application::new("SN", "=1+1 Awa"));
    let wanjiru = t.member(&Application::new("KE", "Wanjiru Kamau"));
    t.seed(600);
    let admin = t.admin();
    t.mail_server_answers(&wanjiru.email, [Verdict::Refuse("550 5.1.1 unknown, \"gone\"")]);
    let id = announce(&admin, "News", &json!({}));
    t.deliver();
    let path = format!("/announcements/{id}/deliveries");
    let file = |query: &str| admin.get(&format!("{path}.csv{query}"));
    let all = file("");
    assert_eq!(all.header("content-type"), Some("text/csv; charset=utf-8; header=present"));
    let name = format!("attachment; filename=\"deliveries-{id}.csv\"");
    assert_eq!(all.header("content-disposition"), Some(name.as_str()));
    let read = |answer: &Answer| -> Vec<Vec<String>> {
        let bytes = answer.text.trim_start_matches('\u{feff}').as_bytes();
        let rows = csv::Reader::from_reader(bytes).into_records();
        rows.map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
    };
    let rows = read(&all);
    let listed = admin.all(&path);
    assert_eq!(rows.len(), 602);
    let ids: Vec<&str> = listed.iter().map(|row| row["id"].as_str().unwrap()).collect();
    assert_eq!(rows.iter().map(|row| row[10].as_str()).collect::<Vec<_>>(), ids, "all pages, in the same order");
    let of = |person: &Person| rows.iter().find(|row| row[1] == person.email).unwrap();
    assert_eq!(of(&tricky)[0], "'=1+1 Awa", "no spreadsheet runs it");
    let failed = read(&file("?state=failed"));
    assert_eq!(failed, [of(&wanjiru).clone()]);
    assert_eq!((failed[0][4].as_str(), failed[0][6].as_str()), ("failed", "550"));
    assert!(failed[0][8].contains("\"gone\""), "{failed:?}");
    assert_eq!(file("?state=lost").refused(400), "bad_query");
    assert_eq!(tricky.get(&format!("{path}.csv")).refused(403), "secretariat_only");
    assert_eq!(
        admin.get("/announcements/01890a5d-ac96-774b-bcce-b302099a8057/deliveries.csv").refused(404),
        "not_found"
    );
    assert_eq!(admin.all(&format!("/audit?subject={id}&action=announcement_exported")).len(), 2);
}

fn after_thirty_days_counts_alone_are_kept(t: TestApp) {
    let (awa, wanjiru) = (t.ncp("SN"), t.member(&Application::new("KE", "Wanjiru Kamau")));
    t.seed(60);
    let admin = t.admin();
    choose(&awa, "daily");
    t.mail_server_answers(&wanjiru.email, [Verdict::Refuse("550 5.1.1 unknown")]);
    let id = announce(&admin, "News", &json!({"topic": "news", "acknowledge": true}));
    t.deliver();
    t.pass(UNTIL_SEVEN);
    keep_house(&t);
    t.deliver();
    let before = summary(&t.admin(), &id);
    assert_eq!(before, counts(&[("total", 62), ("sent", 60), ("failed", 1), ("skipped", 1)]));
    act(&t.login(&awa.email), &id, "acknowledge").expect(200);
    let left = || -> i64 {
        t.run(t.portal.db.read(|conn| {
            let batched: i64 = mail::table.filter(mail::batch.is_not_null()).count().get_result(conn)?;
            let texts = mail_content::table
                .filter(mail_content::subject.eq_any(["News", "Smart Customs Community: your digest"]));
            Ok(batched + texts.count().get_result::<i64>(conn)?)
        }))
        .unwrap()
    };
    t.pass(29 * DAY);
    keep_house(&t);
    assert_eq!(left(), 62 + 1 + 2, "not yet: 62 mails and a digest, and what they say");
    let kept = t.admin().get(&format!("/announcements/{id}/deliveries")).expect(200);
    assert_eq!((&kept["collapsed"], &kept["deliveries_kept_until"]), (&json!(false), &json!("2026-03-04T02:40:00Z")));

    t.pass(DAY + Duration::from_secs(1));
    keep_house(&t);
    assert_eq!(left(), 0, "neither mails nor what they said");
    let admin = t.admin();
    assert_eq!(summary(&admin, &id), before);
    let gone = admin.get(&format!("/announcements/{id}/deliveries")).expect(200);
    assert_eq!((&gone["collapsed"], &gone["data"]), (&json!(true), &json!([])));
    assert_eq!(admin.get(&format!("/announcements/{id}/deliveries.csv")).refused(410), "deliveries_gone");
    assert_eq!(act(&admin, &id, "deliveries/retry-failed").refused(410), "deliveries_gone");
    // What was addressed to somebody stays, and who has acknowledged.
    for person in [&awa, &wanjiru] {
        assert_eq!(titles(&t.login(&person.email), ""), ["News"]);
    }
    let list = admin.get(&format!("/announcements/{id}/acknowledgements")).expect(200);
    assert_eq!(list["counts"], json!({"asked": 62, "acknowledged": 1, "missing": 61}));
    let one = admin.get(&format!("/announcements/{id}")).expect(200);
    assert_eq!((&one["status"], &one["recipients"]), (&json!("sent"), &json!(62)));
}

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
        (Some("Former contact of Senegal"), true)
    );
    let rest = t.run(t.portal.db.read(|conn| {
        let chosen: i64 = digest::table.count().get_result(conn)?;
        let left: i64 = portal::db::schema::mail_opt_out::table.count().get_result(conn)?;
        let texts = mail_content::table.filter(mail_content::body_text.like("%Zenobia%"));
        Ok((chosen, left, texts.count().get_result::<i64>(conn)?))
    }));
    assert_eq!(rest.unwrap(), (0, 0, 0));
}
