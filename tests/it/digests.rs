//! Digests: the announcements of a day or a week in one mail.

use std::time::Duration;

use diesel::prelude::*;
use portal::db::Id;
use portal::db::schema::{contact, digest, mail, mail_content};
use portal::demo::receiver::Verdict;
use serde_json::{Value, json};

use crate::announcements::{counts, summary};
use crate::reading::{DAY, UNTIL_SEVEN, act, announce, choose, draft, keep_house, titles};
use crate::support::{self, Application, Expect as _, Person, TestApp, story};

/// The texts of the digests to a person.
fn digests(t: &TestApp, person: &Person) -> Vec<String> {
    let mails = t.inbox(&person.email).into_iter();
    mails
        .filter(|mail| mail.subject.contains("digest") || mail.subject.contains("récapitulatif"))
        .map(|m| m.text)
        .collect()
}

#[story]
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
        ("Smart Customs Community\u{a0}: votre récapitulatif", "fr")
    );
    assert!(mail.html.contains("&lt;Nouvelles"), "{}", mail.html);
    let next = t.login(&awa.email).get("/me/subscriptions").expect(200);
    assert_eq!(next["next_digest_at"], "2026-02-03T07:00:00Z");
    // Nothing is listed twice, and without announcements there is no mail.
    t.pass(DAY);
    keep_house(&t);
    assert_eq!((digests(&t, &awa).len(), digests(&t, &wanjiru).len()), (1, 0));
    assert_eq!(summary(&t.admin(), &id), counts(&[("total", 2), ("sent", 1), ("skipped", 1)]));
}

#[story]
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

#[story]
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
    // A reader of the digest may read it even if the rest is cancelled.
    act(&t.admin(), &named, "cancel").expect(200);
    let found = digests(&t, &awa);
    assert!(found.len() == 1 && found[0].contains("Wanted"), "{found:?}");
    assert!(!found[0].contains("Taken back") && !found[0].contains("Unwanted"), "{found:?}");
    assert_eq!(titles(&t.login(&awa.email), ""), ["Wanted", "Unwanted"]);
    assert_eq!(titles(&t.login(&wanjiru.email), ""), ["Unwanted"]);
}

#[story]
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

#[story]
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
    for made in ["value=\"daily\" checked", "value=\"weekly\">", "value=\"news\" checked", ">News of the community<"] {
        assert!(page.text.contains(made), "{made} in {}", page.text);
    }
    let form = "digest=weekly&topic=news&topic=events";
    assert_eq!(support::press(&t.anonymous(), &link, form).status, 200);
    let wanted = |person: &Person| -> (Value, Vec<String>) {
        let own = person.get("/me/subscriptions").expect(200);
        let rows = own["data"].as_array().unwrap().iter().filter(|row| row["subscribed"] == true);
        (own["digest"].clone(), rows.map(|row| row["topic"].as_str().unwrap().to_owned()).collect())
    };
    let awa = t.login(&awa.email);
    assert_eq!(wanted(&awa), (json!("weekly"), vec!["events".to_owned(), "news".to_owned()]));
    assert_eq!(support::press(&t.anonymous(), "/subscriptions/forged", form).status, 404);
    // The request that a mail program sends by itself unsubscribes from all of it.
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

#[story("announcements.approval=false")]
fn two_instances_send_one_digest_each_and_lose_nothing(t: TestApp) {
    t.seed(1_300);
    let admin = t.admin();
    let people = let_some_have_digests(&t, |_| true);
    announce(&admin, "First", &json!({"topic": "news"}));
    t.dispatch();
    let house = || t.portal.run_maintenance_once();
    t.run(async {
        let (first, second, third) = tokio::join!(house(), house(), house());
        first.and(second).and(third).unwrap();
    });
    keep_house(&t);
    let found = digests_written(&t);
    assert_eq!(found.iter().map(|(person, _)| *person).collect::<Vec<_>>(), people, "one each");
    assert!(found.iter().all(|(_, text)| text.matches("First").count() == 1));

    // While one fans out, others send digests: an announcement that is not in this one is in the next.
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

#[story]
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
