//! The previous holder of a mailbox: with the return paths of earlier mails, with the successor's name, with what was
//! kept of the address (numbers 13 and 20); and reports that say nothing about an address (number 13).

use std::time::Duration;

use diesel::prelude::*;
use portal::db::Id;
use portal::db::schema::mail as mails;
use portal::demo::CaughtMail;
use serde_json::{Value, json};

use super::erasures::{at, change_address, days_pass, has_erased, invite, keep_house};
use crate::bounces::{announce, confirmation, delivery, failed, mail, outcome, paths, report, suppressions};
use crate::privacy::traces;
use crate::support::{Expect as _, PASSWORD, Person, TestApp, story};

const HOUR: Duration = Duration::from_hours(1);
const MINUTE: Duration = Duration::from_mins(1);
const MAILBOX: &str = "post@douanes.example";
const PRIVATE: &str = "awa@private.example";

/// The mail that a message is of.
fn id_of(message: &CaughtMail) -> Id {
    message.message_id.split('@').next().unwrap().parse().unwrap()
}

/// The report of a mail provider about a reader who marked a mail as unwanted.
fn unwanted(mail: Id) -> Vec<u8> {
    let to = paths().of(mail);
    let text = format!(
        "From: feedback@provider.example\r\nTo: {to}\r\nSubject: complaint\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/report; report-type=feedback-report; boundary=b\r\n\r\n\
         --b\r\nContent-Type: text/plain\r\n\r\nabuse\r\n\
         --b\r\nContent-Type: message/feedback-report\r\n\r\nFeedback-Type: abuse\r\nVersion: 1\r\n\r\n--b--\r\n"
    );
    text.into_bytes()
}

/// Accepts an invitation to the mailbox, as a person without an account.
fn accept(t: &TestApp, link: &str) -> Person {
    t.anonymous().post("/invitations/accept", &json!({"token": link, "password": PASSWORD})).unwrap().expect(200);
    t.login(MAILBOX)
}

fn left_topics(person: &Person) -> usize {
    let chosen = person.get("/me/subscriptions").expect(200);
    chosen["data"].as_array().unwrap().iter().filter(|row| row["subscribed"] == false).count()
}

/// How the directory shows the one contact with this word.
fn confirmed(t: &TestApp, word: &str) -> Value {
    t.admin().get(&format!("/contacts?q={word}")).expect(200)["data"][0]["confirmation"].clone()
}

#[story("mail.bounce_domain=bounces.portal.example", "bounces.token=a token of sixteen")]
fn a13_the_mails_of_a_predecessor_take_nothing_from_the_successor(t: TestApp) {
    t.member(&at(MAILBOX, "SN", "Awa Diop"));
    let announcements =
        [announce(&t, None), announce(&t, Some("news")), announce(&t, None), announce(&t, Some("news"))];
    let announced = announcements.each_ref().map(|announcement| mail(&t, announcement, MAILBOX));
    // Word of the portal's own, the link that verified the application among it.
    let own: Vec<Id> = t.inbox(MAILBOX).iter().map(id_of).filter(|id| !announced.contains(id)).collect();
    assert!(own.len() >= 2, "{own:?}");
    t.pass(HOUR);
    change_address(&t, &t.login(MAILBOX), PRIVATE);
    // The mailbox has no holder: a report now does not affect a later holder.
    assert_eq!(outcome(&t, &unwanted(announced[0])), "counted");
    assert_eq!(suppressions(&t), json!([]));
    t.pass(HOUR);
    let kwame = accept(&t, &invite(&t, MAILBOX, "SN", "Kwame Mensah"));
    assert_eq!(outcome(&t, &unwanted(announced[1])), "counted");
    for mail in announced[2..].iter().chain(&own) {
        assert_eq!(outcome(&t, &failed(*mail, MAILBOX, "5.1.1")), "counted", "at the mail");
    }
    assert_eq!((suppressions(&t), confirmed(&t, "kwame")), (json!([]), json!("confirmed")));
    assert_eq!(kwame.get("/me").expect(200)["mail_problem"], Value::Null);
    assert_eq!((left_topics(&kwame), left_topics(&t.login(PRIVATE))), (0, 0));
    kwame.get("/contacts").expect(200);
    // The figures of the announcements include the bounces.
    let [first, second, third, _] = &announcements;
    for (announcement, kind) in [(first, "complaint"), (second, "complaint"), (third, "hard")] {
        assert_eq!(delivery(&t, announcement, MAILBOX)["bounce_kind"], kind);
    }
}

#[story("mail.bounce_domain=bounces.portal.example", "bounces.token=a token of sixteen")]
fn a13_what_the_holder_accepted_counts_as_the_holders(t: TestApp) {
    let link = invite(&t, MAILBOX, "SN", "Kwame Mensah");
    let invitation = t.inbox(MAILBOX).iter().rev().find(|mail| mail.token("invitation").is_some()).map(id_of).unwrap();
    // Until the invitation is accepted there is no person to be affected.
    t.pass(HOUR);
    let kwame = accept(&t, &link);
    kwame.get("/contacts").expect(200);
    assert_eq!(outcome(&t, &failed(invitation, MAILBOX, "5.1.1")), "counted");
    assert_eq!(suppressions(&t)[0]["address"], MAILBOX);
    assert_eq!(confirmed(&t, "kwame"), "unconfirmed");
    // And so do the mails that were written to the account.
    let admin = t.admin();
    assert_eq!(admin.delete(&format!("/suppressions?address={MAILBOX}")).status, 204);
    let official = announce(&t, None);
    assert_eq!(outcome(&t, &unwanted(mail(&t, &official, MAILBOX))), "counted");
    assert_eq!(suppressions(&t)[0]["reason"], "complaint");
}

#[story("mail.bounce_domain=bounces.portal.example", "bounces.token=a token of sixteen")]
fn a13_a_report_about_another_address_costs_nobody_a_right(t: TestApp) {
    let awa = t.ncp("SN");
    for (original, last) in [
        ("", "someone@else.example"),
        // As a server writes it that her mails are forwarded to.
        (awa.email.as_str(), "awa.diop@forwarded.example"),
    ] {
        let announcement = announce(&t, None);
        let sent = mail(&t, &announcement, &awa.email);
        let whole = report(&paths().of(sent), last, "failed", "5.1.1", "550 5.1.1 User unknown", "x@y");
        let original =
            if original.is_empty() { String::new() } else { format!("Original-Recipient: rfc822; {original}\r\n") };
        let whole =
            String::from_utf8(whole).unwrap().replacen("Final-Recipient", &format!("{original}Final-Recipient"), 1);
        assert_eq!(outcome(&t, whole.as_bytes()), "counted");
        let row = delivery(&t, &announcement, &awa.email);
        assert_eq!((&row["bounce_kind"], &row["bounce_cause"]), (&json!("hard"), &json!("address")), "at the mail");
    }
    assert_eq!((suppressions(&t), confirmation(&t)), (json!([]), json!("confirmed")));
    awa.get("/contacts").expect(200);
}

#[story("mail.bounce_domain=bounces.portal.example", "bounces.token=a token of sixteen")]
fn a13_a_mail_of_long_ago_is_reported_of_in_vain(t: TestApp) {
    let awa = t.ncp("SN");
    let (early, late) = (announce(&t, None), announce(&t, None));
    let [early_mail, late_mail] = [&early, &late].map(|announcement| mail(&t, announcement, &awa.email));
    // Announcements are tried for four days, and something is reported of them for seven more.
    t.pass(HOUR * 263);
    assert_eq!(outcome(&t, &failed(early_mail, &awa.email, "5.2.2")), "counted");
    t.pass(HOUR * 2);
    assert_eq!(outcome(&t, &failed(late_mail, &awa.email, "5.1.1")), "of_nothing");
    assert_eq!(delivery(&t, &late, &awa.email)["bounced_at"], Value::Null);
    assert_eq!((suppressions(&t), confirmation(&t)), (json!([]), json!("confirmed")));
}

/// How many mails with this name went to the mailbox.
fn mails_to(t: &TestApp, name: &'static str) -> i64 {
    let named = t.portal.db.read(move |conn| {
        let there = mails::to_address.eq(MAILBOX).and(mails::to_name.eq(name));
        Ok(mails::table.filter(there).count().get_result::<i64>(conn)?)
    });
    t.run(named).unwrap()
}

/// The predecessor takes the name of the successor and is erased; with `older`, of mails that have no account.
fn erased_under_the_successors_name(t: &TestApp, older: bool) {
    t.member(&at(MAILBOX, "SN", "Awa Diop"));
    t.pass(HOUR);
    change_address(t, &t.login(MAILBOX), PRIVATE);
    t.pass(HOUR);
    let kwame = accept(t, &invite(t, MAILBOX, "SN", "Kwame Mensah"));
    let token = json!({"name": "phone", "scopes": ["profile:read"], "expires_in_days": 5});
    kwame.post("/me/tokens", &token).expect(201);
    t.deliver();
    t.pass(HOUR);
    let awa = t.login(PRIVATE);
    awa.patch("/me", &json!({"name": "Kwame Mensah"})).expect(200);
    t.deliver();
    if older {
        let unnamed = t
            .portal
            .db
            .write(|conn| Ok(diesel::update(mails::table).set(mails::user_id.eq(None::<Id>)).execute(conn)?));
        assert!(t.run(unnamed).unwrap() > 0);
    }
    let (theirs, own) = (mails_to(t, "Kwame Mensah"), mails_to(t, "Awa Diop"));
    assert!(theirs > 0 && own > 0, "{theirs} and {own}");
    awa.delete("/me").expect(202);
    days_pass(t, 2);
    assert!(has_erased(t, "Former contact (Senegal)"));
    assert_eq!((mails_to(t, "Kwame Mensah"), mails_to(t, "Awa Diop")), (theirs, 0));
    assert!(!t.login(MAILBOX).get("/me/export").expect(200)["mails"].as_array().unwrap().is_empty());
}

#[story("privacy.erasure_days=1")]
fn a20_who_takes_the_successors_name_takes_none_of_the_mails(t: TestApp) {
    erased_under_the_successors_name(&t, false);
}

#[story("privacy.erasure_days=1")]
fn a20_who_takes_the_successors_name_takes_none_that_an_older_portal_wrote(t: TestApp) {
    erased_under_the_successors_name(&t, true);
}

#[story("privacy.erasure_days=1")]
fn a20_a_plan_that_would_invite_an_address_that_was_left_goes(t: TestApp) {
    let (first, second) = ("zenobia.quartz@customs-sn.example", "zq@elsewhere.example");
    t.member(&at(first, "SN", "Zenobia Quartz"));
    let plan = |name: &str| {
        let sheet = format!("email,name,member,role\n{first},{name},KE,ncp\n");
        let admin = t.admin();
        let plan = admin.send("POST", "/api/v1/invitations/import", Some(("text/csv", sheet.as_bytes()))).unwrap();
        assert_eq!(plan.expect(201)["counts"]["invite"], 1);
    };
    let planned = |words: &[&str]| {
        let mut found = traces(&t, words);
        found.retain(|(place, _)| place.starts_with("import_plan"));
        found.len()
    };
    plan("Zenobia Quartz");
    t.pass(MINUTE);
    let zenobia = change_address(&t, &t.login(first), second);
    t.pass(MINUTE);
    // The next holder is another person.
    plan("Kofi Owusu");
    assert_eq!((planned(&["zenobia quartz"]), planned(&["kofi owusu"])), (1, 1));
    zenobia.delete("/me").expect(202);
    t.pass(HOUR * 24 + MINUTE);
    for _ in 0..2 {
        keep_house(&t);
    }
    assert!(has_erased(&t, "Former contact (Senegal)"));
    assert_eq!((planned(&["zenobia quartz"]), planned(&["kofi owusu"])), (0, 1));
}
