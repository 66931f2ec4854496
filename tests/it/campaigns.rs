//! An announcement's way: approved by a second person, begun in time, paused, left by its readers. Named after the goals.

use std::time::Duration;

use portal::demo::client::Answer;
use portal::mail::consent;
use serde_json::{Value, json};

use crate::announcements::{counts, summary};
use crate::support::{Application, Expect as _, Person, Story, TestApp, stories};

pub fn stories() -> Vec<Story> {
    stories![
        goal_6_people_are_addressed_step_by_step_and_each_once: ["announcements.approval=false"],
        goal_11_a_pause_holds_mails_back_and_cancelling_ends_them,
        goal_14_of_two_who_begin_at_once_one_does_and_later_sending_is_refused,
        goal_15_somebody_with_two_appointments_gets_one_mail,
        goal_29_who_leaves_a_topic_gets_nothing_more_of_what_is_under_way,
        goal_28_a_link_leaves_at_one_click_and_opening_it_changes_nothing,
        goal_30_topics_are_chosen_and_official_notices_are_not,
        goal_39_each_reads_the_own_language_or_one_spoken_and_required_ones_must_be_there,
        goal_40_an_audience_is_and_or_not_and_counts_agree_three_ways,
        goal_41_a_test_goes_to_the_secretariat_and_counts_nowhere,
        goal_42_a_second_person_approves_exactly_what_was_submitted: ["announcements.approval_above=1"],
        one_whose_audience_has_grown_is_held_and_may_be_submitted: ["announcements.approval_above=1"],
        goal_43_it_begins_in_time_or_is_held,
        goal_44_only_what_failed_is_tried_again,
        much_that_fails_halts_it_until_somebody_says_so,
    ]
}

const HOUR: Duration = Duration::from_hours(1);

fn draft(more: &Value) -> Value {
    let mut draft =
        json!({"default_language": "en", "variants": {"en": {"subject": "News", "body_markdown": "News."}}});
    for (key, value) in more.as_object().unwrap() {
        draft[key] = value.clone();
    }
    draft
}

fn compose(admin: &Person, more: &Value) -> String {
    admin.post("/announcements", &draft(more)).expect(201)["id"].as_str().unwrap().to_owned()
}

fn act(admin: &Person, id: &str, deed: &str) -> Answer {
    admin.post(&format!("/announcements/{id}/{deed}"), &json!({}))
}

fn status(admin: &Person, id: &str) -> Value {
    admin.get(&format!("/announcements/{id}")).expect(200)["status"].clone()
}

fn news(t: &TestApp, person: &Person) -> usize {
    t.inbox(&person.email).iter().filter(|mail| mail.subject == "News").count()
}

/// A second administrator, logged in with two factors.
fn colleague(t: &TestApp) -> Person {
    t.set_up("colleague@portal.example", "Colleague");
    t.with_app(&t.login("colleague@portal.example"))
}

fn goal_6_people_are_addressed_step_by_step_and_each_once(t: TestApp) {
    t.seed(4_500);
    let admin = t.admin();
    let id = compose(&admin, &json!({}));
    // Three steps of up to two thousand; nobody is written to before the first.
    act(&admin, &id, "send").expect(202);
    assert_eq!(summary(&admin, &id), counts(&[]));
    t.dispatch();
    assert_eq!(summary(&admin, &id), counts(&[("total", 4_500), ("pending", 4_500)]));
    assert_eq!(admin.get(&format!("/announcements/{id}")).expect(200)["recipients"], 4_500);
    t.dispatch();
    assert_eq!(summary(&admin, &id)["total"], 4_500, "what is done is done");
}

fn goal_11_a_pause_holds_mails_back_and_cancelling_ends_them(t: TestApp) {
    let (awa, _) = (t.ncp("SN"), t.member(&Application::new("KE", "Wanjiru Kamau")));
    let admin = t.admin();
    let id = compose(&admin, &json!({}));
    act(&admin, &id, "send").expect(202);
    act(&admin, &id, "pause").expect(200);
    assert_eq!(news(&t, &awa), 0);
    assert_eq!(summary(&admin, &id), counts(&[("total", 2), ("pending", 2)]), "addressed, and held back");
    assert_eq!(status(&admin, &id), "paused");
    assert_eq!(act(&admin, &id, "pause").refused(409), "announcement_not_possible_now");
    act(&admin, &id, "resume").expect(200);
    assert_eq!(news(&t, &awa), 1);
    assert_eq!(status(&admin, &id), "sent");

    let other = compose(&admin, &json!({}));
    act(&admin, &other, "send").expect(202);
    let why = json!({"reason": "Wrong date."});
    let cancelled = admin.post(&format!("/announcements/{other}/cancel"), &why).expect(200);
    assert_eq!((&cancelled["status"], &cancelled["reason"]), (&json!("cancelled"), &json!("Wrong date.")));
    assert_eq!(news(&t, &awa), 1, "the first alone");
    assert_eq!(summary(&admin, &other), counts(&[("total", 2), ("cancelled", 2)]));
    assert_eq!(act(&admin, &other, "resume").refused(409), "announcement_not_possible_now");
}

fn goal_14_of_two_who_begin_at_once_one_does_and_later_sending_is_refused(t: TestApp) {
    t.ncp("SN");
    let (admin, other) = (t.admin(), colleague(&t));
    let id = compose(&admin, &json!({}));
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let tries: Vec<_> = [&admin, &other, &admin, &other]
            .map(|person| scope.spawn(|| act(person, &id, "send").status))
            .into_iter()
            .collect();
        tries.into_iter().map(|attempt| attempt.join().unwrap()).collect()
    });
    assert_eq!(statuses.iter().filter(|&&status| status == 202).count(), 1, "{statuses:?}");
    t.deliver();
    assert_eq!(act(&admin, &id, "send").refused(409), "already_sent");
    assert_eq!(summary(&admin, &id), counts(&[("total", 1), ("sent", 1)]));
}

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

/// The link in the mail of an announcement: what stands for the mail.
fn token(t: &TestApp, admin: &Person, id: &str) -> String {
    let rows = admin.all(&format!("/announcements/{id}/deliveries"));
    t.portal.mail_tokens.of(rows[0]["id"].as_str().unwrap().parse().unwrap())
}

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
    assert!(page.contains("Quitter ce thème") && page.contains("Actualités"), "{page}");
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

fn goal_41_a_test_goes_to_the_secretariat_and_counts_nowhere(t: TestApp) {
    let awa = t.ncp("SN");
    let admin = t.admin();
    let id = compose(&admin, &json!({}));
    let tested = act(&admin, &id, "test").expect(202);
    assert_eq!(tested["mails"], 1);
    assert!(t.inbox(&admin.email).iter().any(|mail| mail.subject == "[TEST] News"));
    assert_eq!(summary(&admin, &id), counts(&[]));
    assert_eq!(status(&admin, &id), "draft");
    let to = json!({"to": [awa.email]});
    assert_eq!(admin.post(&format!("/announcements/{id}/test"), &to).refused(422), "invalid");
    assert_eq!(news(&t, &awa), 0);
}

fn goal_42_a_second_person_approves_exactly_what_was_submitted(t: TestApp) {
    let (awa, _) = (t.ncp("SN"), t.member(&Application::new("KE", "Wanjiru Kamau")));
    let (admin, other) = (t.admin(), colleague(&t));
    let id = compose(&admin, &json!({}));
    assert_eq!(act(&admin, &id, "send").refused(409), "approval_needed");
    let soon = json!({"send_at": t.clock.now().plus(HOUR)});
    let scheduled = admin.post(&format!("/announcements/{id}/schedule"), &soon);
    assert_eq!(scheduled.refused(409), "approval_needed", "no way around");
    act(&admin, &id, "submit").expect(200);
    let hears = |person: &Person| t.inbox(&person.email).iter().any(|mail| mail.subject == "To be approved: News");
    assert_eq!((hears(&admin), hears(&other)), (false, true));
    assert_eq!(act(&admin, &id, "approve").refused(403), "second_person_needed");
    assert_eq!(act(&other, &id, "send").refused(409), "announcement_not_possible_now");
    // What is changed is a draft again.
    admin.patch(&format!("/announcements/{id}"), &json!({"acknowledge": true})).expect(200);
    assert_eq!(act(&other, &id, "approve").refused(409), "announcement_not_possible_now");
    let hash = act(&admin, &id, "submit").expect(200)["content_hash"].clone();
    let another = json!({"content_hash": "00"});
    assert_eq!(other.post(&format!("/announcements/{id}/approve"), &another).refused(409), "content_changed");
    let approved = other.post(&format!("/announcements/{id}/approve"), &json!({"content_hash": hash})).expect(200);
    assert_eq!(approved["status"], "approved");
    act(&admin, &id, "send").expect(202);
    assert_eq!(news(&t, &awa), 1);
    let entries = admin.all(&format!("/audit?subject={id}&action=announcement_changed"));
    assert!(entries.iter().any(|entry| entry["detail"]["event"] == "approve"), "{entries:?}");

    // Whoever changes somebody's words does not approve them.
    let second = compose(&admin, &json!({}));
    other.patch(&format!("/announcements/{second}"), &json!({"public": true})).expect(200);
    act(&admin, &second, "submit").expect(200);
    assert_eq!(act(&other, &second, "approve").refused(403), "second_person_needed");
    let rejected = admin.post(&format!("/announcements/{second}/reject"), &json!({"reason": "Not yet."})).expect(200);
    assert_eq!((&rejected["status"], &rejected["reason"]), (&json!("draft"), &json!("Not yet.")));
    let told = t.newest_mail(&other.email);
    assert!(told.subject == "Not approved: News" && told.text.contains("The reason given: Not yet."), "{}", told.text);
}

fn one_whose_audience_has_grown_is_held_and_may_be_submitted(t: TestApp) {
    let awa = t.ncp("SN");
    let (admin, other) = (t.admin(), colleague(&t));
    let id = compose(&admin, &json!({}));
    let soon = json!({"send_at": t.clock.now().plus(Duration::from_mins(1))});
    admin.post(&format!("/announcements/{id}/schedule"), &soon).expect(200);
    t.member(&Application::new("KE", "Wanjiru Kamau"));
    t.pass(Duration::from_mins(1));
    assert_eq!(news(&t, &awa), 0);
    let held = admin.get(&format!("/announcements/{id}")).expect(200);
    assert_eq!((&held["status"], &held["reason"]), (&json!("held"), &json!("approval_needed")));
    let submitted = act(&admin, &id, "submit").expect(200);
    assert_eq!((&submitted["status"], &submitted["send_at"]), (&json!("submitted"), &json!(null)));
    act(&other, &id, "approve").expect(200);
    act(&admin, &id, "send").expect(202);
    assert_eq!(news(&t, &awa), 1);
}

fn goal_43_it_begins_in_time_or_is_held(t: TestApp) {
    let awa = t.ncp("SN");
    let admin = t.admin();
    let id = compose(&admin, &json!({}));
    let path = format!("/announcements/{id}");
    let schedule = |at| json!({"send_at": at, "zone": "Africa/Dakar"});
    assert_eq!(admin.post(&format!("{path}/schedule"), &schedule(t.clock.now())).refused(422), "invalid");
    let scheduled = admin.post(&format!("{path}/schedule"), &schedule(t.clock.now().plus(HOUR))).expect(200);
    assert_eq!(scheduled["status"], "scheduled");
    assert!(scheduled["send_at_local"].as_str().unwrap().ends_with("+00:00[Africa/Dakar]"), "{scheduled}");
    assert_eq!(news(&t, &awa), 0);
    t.pass(HOUR);
    assert_eq!(news(&t, &awa), 1);
    assert_eq!(status(&t.admin(), &id), "sent");

    // The portal was away for more than an hour: nobody expects it any more.
    let admin = t.admin();
    let late = compose(&admin, &json!({}));
    admin.post(&format!("/announcements/{late}/schedule"), &schedule(t.clock.now().plus(HOUR))).expect(200);
    t.pass(2 * HOUR + Duration::from_secs(1));
    assert_eq!(news(&t, &awa), 1);
    let admin = t.admin();
    let held = admin.get(&format!("/announcements/{late}")).expect(200);
    assert_eq!((&held["status"], &held["reason"]), (&json!("held"), &json!("overdue")));
    assert_eq!(t.newest_mail(&admin.email).subject, "Held back: News");
    act(&admin, &late, "send").expect(202);
    assert_eq!(news(&t, &awa), 2);

    let never = compose(&admin, &json!({}));
    admin.post(&format!("/announcements/{never}/schedule"), &schedule(t.clock.now().plus(HOUR))).expect(200);
    assert_eq!(act(&admin, &never, "unschedule").expect(200)["status"], "approved");
    t.pass(HOUR);
    assert_eq!(news(&t, &awa), 2);
}

fn goal_44_only_what_failed_is_tried_again(t: TestApp) {
    use portal::demo::receiver::Verdict;
    let (awa, wanjiru) = (t.ncp("SN"), t.member(&Application::new("KE", "Wanjiru Kamau")));
    let admin = t.admin();
    t.mail_server_answers(&awa.email, [Verdict::Refuse("550 5.1.1 unknown")]);
    let id = compose(&admin, &json!({}));
    act(&admin, &id, "send").expect(202);
    assert_eq!((news(&t, &awa), news(&t, &wanjiru)), (0, 1));
    assert_eq!(summary(&admin, &id), counts(&[("total", 2), ("sent", 1), ("failed", 1)]));
    assert_eq!(status(&admin, &id), "sent");
    let retried = act(&admin, &id, "deliveries/retry-failed").expect(202);
    assert_eq!((&retried["pending"], &retried["sent"]), (&json!(1), &json!(1)));
    assert_eq!((news(&t, &awa), news(&t, &wanjiru)), (1, 1));
    assert_eq!(summary(&admin, &id), counts(&[("total", 2), ("sent", 2)]));
}

fn much_that_fails_halts_it_until_somebody_says_so(t: TestApp) {
    use portal::demo::receiver::Verdict;
    t.seed(60);
    let admin = t.admin();
    let id = compose(&admin, &json!({}));
    act(&admin, &id, "send").expect(202);
    t.dispatch();
    let rows = admin.all(&format!("/announcements/{id}/deliveries"));
    let (first, others) = rows.split_first().unwrap();
    t.mail_server_answers(first["to_address"].as_str().unwrap(), [Verdict::Refuse("451 4.3.0 later")]);
    for row in others {
        t.mail_server_answers(row["to_address"].as_str().unwrap(), [Verdict::Refuse("550 5.7.1 no")]);
    }
    t.deliver();
    let halted = admin.get(&format!("/announcements/{id}")).expect(200);
    assert_eq!((&halted["status"], &halted["reason"]), (&json!("paused"), &json!("many_failures")));
    assert_eq!(t.newest_mail(&admin.email).subject, "Halted: News");
    act(&admin, &id, "resume").expect(200);
    t.pass(HOUR);
    t.deliver();
    assert_eq!(summary(&t.admin(), &id), counts(&[("total", 60), ("sent", 1), ("failed", 59)]));
}
