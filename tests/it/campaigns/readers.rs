//! Whom an announcement reaches: its audience, each in one language and by one mail, without those who left its topic.

use portal::mail::consent;
use serde_json::json;

use super::{act, compose, draft, news};
use crate::announcements::{counts, summary};
use crate::support::{Application, Expect as _, Person, TestApp, story};

#[story]
fn goal_15_somebody_with_two_appointments_gets_one_mail(t: TestApp) {
    let awa = t.ncp("SN");
    let admin = t.admin();
    let user = awa.get("/me").expect(200)["id"].clone();
    let second = json!({"user_id": user, "organisation": "CI", "role": "ncp"});
    admin.post("/appointments", &second).expect(201);
    let id = compose(
        &admin,
        &json!({"audience": {"any": [{"members": ["SN"]}, {"regions": ["WCA"]}, {"members": ["CI"]}]}}),
    );
    let preview = admin.post(&format!("/announcements/{id}/preview"), &json!({})).expect(200);
    assert_eq!(preview["recipients"], 1);
    act(&admin, &id, "send").expect(202);
    assert_eq!(news(&t, &awa), 1);
    assert_eq!(summary(&admin, &id), counts(&[("total", 1), ("sent", 1)]));
}

fn leave(t: &TestApp, person: &Person, topic: &str) {
    let user: portal::db::Id = person.get("/me").expect(200)["id"].as_str().unwrap().parse().unwrap();
    let (now, topic) = (t.clock.now(), topic.to_owned());
    assert!(t.run(t.portal.db.write(move |conn| consent::opt_out(conn, user, &topic, now))).unwrap());
}

#[story]
fn goal_29_who_leaves_a_topic_gets_nothing_more_of_what_is_under_way(t: TestApp) {
    let (awa, wanjiru) = (t.ncp("SN"), t.member(&Application::new("KE", "Wanjiru Kamau")));
    let admin = t.admin();
    let id = compose(&admin, &json!({"topic": "news"}));
    act(&admin, &id, "send").expect(202);
    // Her mail is written already when she leaves.
    t.dispatch();
    assert_eq!(summary(&admin, &id), counts(&[("total", 2), ("pending", 2)]));
    leave(&t, &awa, "news");
    assert_eq!((news(&t, &awa), news(&t, &wanjiru)), (0, 1));
    assert_eq!(summary(&admin, &id), counts(&[("total", 2), ("sent", 1), ("skipped", 1)]));
    let skipped = admin.all(&format!("/announcements/{id}/deliveries?state=skipped"));
    assert_eq!((&skipped[0]["to_address"], &skipped[0]["last_reply"]), (&json!(awa.email), &json!("opted_out")));

    // The next is not even written to her, and the preview knew.
    let next = compose(&admin, &json!({"topic": "news"}));
    let preview = admin.post(&format!("/announcements/{next}/preview"), &json!({})).expect(200);
    assert_eq!((&preview["recipients"], &preview["skipped"]), (&json!(2), &json!(1)));
    act(&admin, &next, "send").expect(202);
    t.dispatch();
    assert_eq!(summary(&admin, &next), counts(&[("total", 2), ("pending", 1), ("skipped", 1)]));
    // An official notice reaches her all the same.
    let official = compose(&admin, &json!({}));
    act(&admin, &official, "send").expect(202);
    assert_eq!(news(&t, &awa), 1);
}

/// The token of the mail in the link of an announcement.
fn token(t: &TestApp, admin: &Person, id: &str) -> String {
    let rows = admin.all(&format!("/announcements/{id}/deliveries"));
    t.portal.mail_tokens.of(rows[0]["id"].as_str().unwrap().parse().unwrap())
}

#[story]
fn goal_28_a_link_leaves_at_one_click_and_opening_it_changes_nothing(t: TestApp) {
    let awa = t.member(&Application::new("SN", "Awa Diop").reading("fr"));
    let admin = t.admin();
    let id = compose(&admin, &json!({"topic": "news"}));
    act(&admin, &id, "send").expect(202);
    t.deliver();
    let token = token(&t, &admin, &id);
    let url = format!("http://{}/unsubscribe/{token}", t.address());
    let subscribed = || awa.get("/me/subscriptions").expect(200)["data"][2]["subscribed"].clone();
    let page = ureq::get(&url).call().unwrap().body_mut().read_to_string().unwrap();
    assert!(page.contains("Se désabonner de ce thème") && page.contains("Actualités"), "{page}");
    assert_eq!(subscribed(), true);
    // As mail programs send it: a form of either kind, no cookies, no referrer.
    let one_click = ureq::post(&url).send_form([("List-Unsubscribe", "One-Click")]).unwrap();
    assert_eq!(one_click.status(), 200);
    assert!(one_click.headers().get("set-cookie").is_none() && one_click.headers().get("location").is_none());
    assert_eq!(subscribed(), false);
    let multipart = "--x\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--x--\r\n";
    let again = ureq::post(&url).content_type("multipart/form-data; boundary=x").send(multipart).unwrap();
    assert_eq!(again.status(), 200, "to leave twice is to leave");
    let mut forged = token;
    let last = forged.pop().unwrap();
    forged.push(if last == 'a' { 'b' } else { 'a' });
    let refused = ureq::post(format!("http://{}/unsubscribe/{forged}", t.address())).send_empty();
    assert!(matches!(refused, Err(ureq::Error::StatusCode(404))), "{refused:?}");
}

#[story]
fn goal_30_topics_are_chosen_and_official_notices_are_not(t: TestApp) {
    let awa = t.ncp("SN");
    let admin = t.admin();
    let names = json!({"names": {"en": "Surveys", "fr": "Enquêtes"}});
    admin.put("/topics/surveys", &names).expect(200);
    assert_eq!(admin.put("/topics/surveys", &json!({"names": {"en": "Surveys"}})).refused(422), "invalid");
    let topics = awa.get("/topics").expect(200);
    assert_eq!(topics["data"].as_array().unwrap().len(), 4);
    let chosen = awa.put("/me/subscriptions", &json!({"topics": {"surveys": false, "news": false}})).expect(200);
    let wanted: Vec<&str> = chosen["data"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|row| row["subscribed"] == true)
        .map(|row| row["topic"].as_str().unwrap())
        .collect();
    assert_eq!(wanted, ["case-studies", "events"]);
    assert_eq!(awa.put("/me/subscriptions", &json!({"topics": {"weather": false}})).refused(422), "invalid");
    leave(&t, &awa, consent::EVERY_TOPIC);
    let none = awa.get("/me/subscriptions").expect(200);
    assert!(none["data"].as_array().unwrap().iter().all(|row| row["subscribed"] == false), "{none}");
    assert_eq!(admin.post("/announcements", &draft(&json!({"topic": "weather"}))).refused(422), "invalid");
}

#[story]
fn goal_39_each_reads_the_own_language_or_one_spoken_and_required_ones_must_be_there(t: TestApp) {
    let awa = t.member(&Application::new("SN", "Awa Diop").reading("fr"));
    let joao = t.member(&Application::new("MZ", "João Machava").reading("pt"));
    let sara = t.member(&Application::new("EG", "Sara Hassan").reading("ar"));
    joao.patch("/me", &json!({"languages": ["pt", "fr"]})).expect(200);
    sara.patch("/me", &json!({"languages": ["ar"]})).expect(200);
    let admin = t.admin();
    let variants =
        json!({"en": {"subject": "News", "body_markdown": "x"}, "fr": {"subject": "Nouvelles", "body_markdown": "x"}});
    let id = compose(&admin, &json!({"variants": variants, "required_languages": ["fr", "es"]}));
    assert_eq!(act(&admin, &id, "send").refused(409), "language_missing");
    admin.patch(&format!("/announcements/{id}"), &json!({"required_languages": ["fr"]})).expect(200);
    let preview = admin.post(&format!("/announcements/{id}/preview"), &json!({})).expect(200);
    assert_eq!(preview["by_language"], json!({"en": 1, "fr": 2}));
    act(&admin, &id, "send").expect(202);
    t.deliver();
    let rows = admin.all(&format!("/announcements/{id}/deliveries"));
    let row = |person: &Person| rows.iter().find(|row| row["to_address"] == person.email.as_str()).unwrap();
    assert_eq!((&row(&awa)["language"], &row(&awa)["preferred"]), (&json!("fr"), &json!(null)));
    assert_eq!((&row(&joao)["language"], &row(&joao)["preferred"]), (&json!("fr"), &json!("pt")));
    assert_eq!((&row(&sara)["language"], &row(&sara)["preferred"]), (&json!("en"), &json!("ar")));
}

#[story]
fn goal_40_an_audience_is_and_or_not_and_counts_agree_three_ways(t: TestApp) {
    t.seed(300);
    let admin = t.admin();
    let audiences = [
        json!({"regions": ["WCA"], "none": [{"members": ["SN"]}]}),
        json!({"any": [{"regions": ["EUR"]}, {"languages": ["fr"]}], "none": [{"roles": ["coordinator"]}]}),
        json!({"all": [{"languages": ["en"]}, {"any": [{"members": ["KE"]}, {"regions": ["ESA"]}]}]}),
    ];
    for audience in audiences {
        let id = compose(&admin, &json!({"audience": audience, "topic": "news"}));
        let preview = admin.post(&format!("/announcements/{id}/preview"), &json!({})).expect(200);
        act(&admin, &id, "send").expect(202);
        t.dispatch();
        let total = summary(&admin, &id)["total"].clone();
        let rows = admin.all(&format!("/announcements/{id}/deliveries"));
        assert_eq!((&preview["recipients"], json!(rows.len())), (&total, total.clone()), "{audience}");
        assert!(total.as_i64().unwrap() > 0, "{audience}");
        act(&admin, &id, "cancel").expect(200);
    }
    let nested = |depth: usize| (0..depth).fold(json!({}), |inner, _| json!({"any": [inner]}));
    assert_eq!(admin.post("/announcements", &draft(&json!({"audience": nested(5)}))).status, 201);
    assert_eq!(admin.post("/announcements", &draft(&json!({"audience": nested(6)}))).refused(422), "invalid");
    let unknown = json!({"audience": {"any": [{"members": ["XX"]}]}});
    assert_eq!(admin.post("/announcements", &draft(&unknown)).refused(422), "invalid");
}
