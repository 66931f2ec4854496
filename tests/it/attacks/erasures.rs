//! Erasures that affect other people's data, and those that leave something (number 20).

use std::time::Duration;

use serde_json::{Value, json};

use crate::bounces::{announce, mail, outcome, paths};
use crate::privacy::traces;
use crate::support::{Application, Expect as _, PASSWORD, Person, TestApp, story};

const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

pub(super) fn keep_house(t: &TestApp) {
    t.run(t.portal.run_maintenance_once()).unwrap();
    t.deliver();
}

pub(super) fn days_pass(t: &TestApp, days: u32) {
    for _ in 0..days {
        t.pass(DAY);
        keep_house(t);
    }
}

pub(super) fn at(email: &str, member: &str, name: &str) -> Application {
    Application { email: email.to_owned(), ..Application::new(member, name) }
}

/// Changes a person's address, and confirms it.
pub(super) fn change_address(t: &TestApp, person: &Person, address: &str) -> Person {
    person.post("/me/email", &json!({"email": address})).expect(202);
    let token = t.mailed_token(address, "confirm-address");
    t.anonymous().post("/auth/email/confirm", &json!({"token": token})).unwrap().expect(200);
    t.login(address)
}

/// Invites a person as a contact point; returns the token of the mailed link.
pub(super) fn invite(t: &TestApp, email: &str, member: &str, name: &str) -> String {
    let form = json!({"email": email, "name": name, "organisation": member, "role": "ncp"});
    t.admin().post("/invitations", &form).expect(201);
    t.mailed_token(email, "invitation")
}

fn is_good(t: &TestApp, link: &str) -> bool {
    t.anonymous().post("/invitations/look", &json!({"token": link})).unwrap().status == 200
}

fn suppressed(t: &TestApp) -> Vec<Value> {
    t.admin().all("/suppressions").iter().map(|row| row["address"].clone()).collect()
}

/// Whether an administration still lists an erased person.
pub(super) fn has_erased(t: &TestApp, name: &str) -> bool {
    t.admin().all("/appointments").iter().any(|row| row["person"]["name"] == name)
}

#[story("privacy.erasure_days=1")]
fn a20_an_address_that_was_only_asked_for_is_nobodys(t: TestApp) {
    let (invited, applied, quiet) =
        ("invited@customs-fr.example", "applied@customs-ke.example", "quiet@customs-fr.example");
    let mallory = t.member(&Application::new("GH", "Mallory Stone"));
    for address in [invited, applied, quiet] {
        mallory.post("/me/email", &json!({"email": address})).expect(202);
    }
    t.login(&mallory.email).delete("/me").expect(202);
    let link = invite(&t, invited, "FR", "Fatou Sow");
    t.admin().post("/suppressions", &json!({"address": quiet})).expect(201);
    t.pass(HOUR * 23);
    let application = t.apply(&at(applied, "KE", "Wanjiru Kamau"));
    t.pass(HOUR * 2);
    for _ in 0..2 {
        keep_house(&t);
    }
    assert!(has_erased(&t, "Former contact (Ghana)"));
    assert!(is_good(&t, &link), "an invitation of somebody else");
    t.verify(&application).expect(200);
    assert_eq!(suppressed(&t), [json!(quiet)], "what is known of somebody else's address");
}

#[story("privacy.erasure_days=1")]
fn a20_who_is_asked_at_a_mailbox_that_was_left_stays_asked(t: TestApp) {
    let (mailbox, private) = ("focal.point@customs-ke.example", "zenobia@elsewhere.example");
    let zenobia = t.member(&at(mailbox, "KE", "Zenobia Quartz"));
    change_address(&t, &zenobia, private);
    t.pass(HOUR);
    let link = invite(&t, mailbox, "KE", "Kofi Owusu");
    t.admin().post("/suppressions", &json!({"address": mailbox})).expect(201);
    // Another change of address makes nothing of before the person's again.
    let zenobia = change_address(&t, &t.login(private), "quartz@elsewhere.example");
    zenobia.delete("/me").expect(202);
    days_pass(&t, 2);
    assert!(has_erased(&t, "Former contact (Kenya)"));
    assert!(is_good(&t, &link));
    assert_eq!(suppressed(&t), [json!(mailbox)]);
    let form = json!({"token": link, "password": PASSWORD, "name": "Kofi Owusu"});
    t.anonymous().post("/invitations/accept", &form).unwrap().expect(200);
    assert_eq!(t.login(mailbox).get("/me").expect(200)["name"], "Kofi Owusu");
}

#[story]
fn a20_a_mailbox_that_a_colleague_took_over_names_nobody_of_before(t: TestApp) {
    let (mailbox, private) = ("focal.point@customs-ke.example", "moved@elsewhere.example");
    let zenobia = t.member(&at(mailbox, "KE", "Zenobia Quartz"));
    let kofi = t.member(&Application::new("KE", "Kofi Owusu"));
    t.pass(HOUR);
    change_address(&t, &t.login(&zenobia.email), private);
    t.pass(HOUR);
    // By a change of address, which leaves no row with an account there.
    change_address(&t, &t.login(&kofi.email), mailbox);
    t.login(private).delete("/me").expect(202);
    days_pass(&t, 15);
    assert_eq!(traces(&t, &["zenobia", "quartz", private]), []);
    let export = t.login(mailbox).get("/me/export").expect(200);
    assert!(!export["mails"].as_array().unwrap().is_empty(), "what was sent to the colleague stays");
}

#[story("mail.bounce_domain=bounces.portal.example", "bounces.token=a token of sixteen")]
fn a20_a_report_about_a_mail_goes_with_its_reader_whatever_the_capitals(t: TestApp) {
    let zenobia = t.member(&at("Zenobia.Quartz@customs-sn.example", "SN", "Zenobia Quartz"));
    let other = t.ncp("SN");
    let announcement = announce(&t, None);
    for person in [&zenobia, &other] {
        let to = paths().of(mail(&t, &announcement, &person.email));
        let head = format!("From: Robot <robot@mx.example>\r\nTo: {to}\r\nSubject: Changement\r\n");
        let report = format!("{head}\r\nElle est partie.\r\n");
        assert_eq!(outcome(&t, report.as_bytes()), "not_understood");
    }
    let kept = |t: &TestApp| t.admin().get("/bounces/not-understood").expect(200)["total"].clone();
    assert_eq!(kept(&t), 2);
    t.login(&zenobia.email).delete("/me").expect(202);
    days_pass(&t, 15);
    assert_eq!(kept(&t), 1, "the one about somebody else's mail");
    assert_eq!(traces(&t, &["zenobia", "quartz"]), []);
}

/// A report that is not understood, about a mail to one address, that names another.
fn strange_report(t: &TestApp, about: &str, named: &str) {
    let announcement = announce(t, None);
    let to = paths().of(mail(t, &announcement, about));
    let report = format!(
        "From: Robot <robot@mx.example>\r\nTo: {to}\r\nSubject: Changement\r\n\r\nElle est partie. {named}\r\n"
    );
    assert_eq!(outcome(t, report.as_bytes()), "not_understood");
}

fn reports(t: &TestApp) -> Value {
    t.admin().get("/bounces/not-understood").expect(200)["total"].clone()
}

#[story("mail.bounce_domain=bounces.portal.example", "bounces.token=a token of sixteen", "privacy.erasure_days=1")]
fn a20_an_address_that_ends_a_longer_one_takes_nothing_of_it(t: TestApp) {
    let (short, long) = ("e@customs-gh.example", "kwame@customs-gh.example");
    let (mallory, other) = (t.member(&at(short, "GH", "Mallory Stone")), t.ncp("SN"));
    t.login(&mallory.email).delete("/me").expect(202);
    t.pass(HOUR * 23);
    strange_report(&t, &other.email, long);
    strange_report(&t, &other.email, short);
    let draft = |address: &str| {
        let text = json!({"subject": "News", "body_markdown": format!("Write to {address}.")});
        json!({"default_language": "en", "variants": {"en": text}})
    };
    let answers_again = |key: &str, address: &str| {
        let answer = t.admin().with_header("idempotency-key", key).post("/announcements", &draft(address));
        assert_eq!(answer.status, 201, "{}", answer.text);
        answer.header("idempotency-replayed").is_some()
    };
    assert!(!answers_again("long", long) && !answers_again("short", short));
    t.pass(HOUR * 2);
    keep_house(&t);
    assert!(has_erased(&t, "Former contact (Ghana)"));
    assert_eq!(reports(&t), 1, "the one that names somebody else");
    assert!(answers_again("long", long), "an answer that names somebody else");
    assert!(!answers_again("short", short), "the answer that names the person is gone");
}

#[story("privacy.erasure_days=1")]
fn a20_a_namesake_keeps_the_mails_at_an_address_that_was_only_asked_for(t: TestApp) {
    let (private, name) = ("awa@elsewhere.example", "Awa Ndiaye");
    let namesake = t.member(&at("awa@customs-fr.example", "FR", name));
    let person = t.member(&at("awa@customs-gh.example", "GH", name));
    person.post("/me/email", &json!({"email": private})).expect(202);
    t.deliver();
    t.pass(Duration::from_mins(5));
    // The namesake, whose it is, confirms the own change to it.
    change_address(&t, &t.login(&namesake.email), private);
    t.login(&person.email).delete("/me").expect(202);
    days_pass(&t, 2);
    assert!(has_erased(&t, "Former contact (Ghana)"));
    let kept = t.login(private).get("/me/export").expect(200)["mails"].clone();
    let is_there = |kind: &str| kept.as_array().unwrap().iter().any(|mail| mail["kind"] == kind);
    assert!(is_there("address_changed"), "word to the namesake: {kept}");
}

#[story]
fn a20_an_address_that_was_held_in_between_is_erased_long_after(t: TestApp) {
    let (first, between, last) = ("zenobia@customs-sn.example", "quartz@between.example", "zq@elsewhere.example");
    let asked = "only-asked@elsewhere.example";
    let zenobia = t.member(&at(first, "SN", "Zenobia Quartz"));
    t.pass(HOUR);
    change_address(&t, &t.login(&zenobia.email), between);
    t.admin().post("/suppressions", &json!({"address": between})).expect(201);
    t.pass(HOUR);
    change_address(&t, &t.login(between), last);
    t.pass(HOUR);
    t.login(last).post("/me/email", &json!({"email": asked})).expect(202);
    // All links have ended by the day of the wish.
    days_pass(&t, 12);
    assert_ne!(traces(&t, &[between, asked]), []);
    t.login(last).delete("/me").expect(202);
    days_pass(&t, 15);
    assert_eq!(traces(&t, &["zenobia", "quartz", first, between, last, asked]), []);
    let masked = suppressed(&t);
    assert_eq!(masked.len(), 1, "the mailbox stays on the list, without being named");
    assert!(masked[0].as_str().unwrap().starts_with('#'), "{masked:?}");
}

#[story("mail.bounce_domain=bounces.portal.example", "bounces.token=a token of sixteen", "privacy.erasure_days=1")]
fn a20_what_comes_from_a_mailbox_after_it_was_left_stays(t: TestApp) {
    let (mailbox, private) = ("focal.point@customs-ke.example", "zenobia@elsewhere.example");
    let (zenobia, other) = (t.member(&at(mailbox, "KE", "Zenobia Quartz")), t.ncp("SN"));
    t.pass(HOUR);
    strange_report(&t, &other.email, mailbox);
    change_address(&t, &t.login(&zenobia.email), private);
    t.pass(HOUR);
    t.admin().post("/suppressions", &json!({"address": mailbox})).expect(201);
    strange_report(&t, &other.email, mailbox);
    assert_eq!(reports(&t), 2);
    t.login(private).delete("/me").expect(202);
    days_pass(&t, 2);
    assert!(has_erased(&t, "Former contact (Kenya)"));
    assert_eq!(suppressed(&t), [json!(mailbox)], "what the Secretariat said of it later");
    assert_eq!(reports(&t), 1, "the one that came later");
}

#[story("privacy.erasure_days=1")]
fn a20_who_was_at_a_mailbox_while_its_owner_was_away_keeps_the_mails(t: TestApp) {
    let mailbox = "focal.point@customs-ke.example";
    let (away, moved) = ("zenobia@elsewhere.example", "kofi@elsewhere.example");
    let zenobia = t.member(&at(mailbox, "KE", "Zenobia Quartz"));
    t.pass(HOUR);
    change_address(&t, &t.login(&zenobia.email), away);
    t.pass(HOUR);
    let kofi = t.member(&at(mailbox, "KE", "Kofi Owusu"));
    t.pass(HOUR);
    change_address(&t, &t.login(&kofi.email), moved);
    t.pass(HOUR);
    change_address(&t, &t.login(away), mailbox);
    let kofis = || {
        let mut found = traces(&t, &["kofi owusu"]);
        found.retain(|(place, _)| place == "mail.to_name");
        found.len()
    };
    let before = kofis();
    assert!(before > 0);
    t.login(mailbox).delete("/me").expect(202);
    days_pass(&t, 2);
    assert!(has_erased(&t, "Former contact (Kenya)"));
    assert_eq!(kofis(), before, "a colleague's mails there");
    assert_eq!(traces(&t, &["zenobia", "quartz"]), []);
}
