//! Reports that mention somebody who was erased in another spelling than the address has (number 20).

use serde_json::Value;

use super::erasures::{at, days_pass, has_erased};
use crate::bounces::outcome;
use crate::support::{Expect as _, TestApp, story};

/// Hands in a message that nobody understands.
fn report(t: &TestApp, number: usize, subject: &str, body: &str) {
    let report = format!(
        "From: Robot <robot@mx.example>\r\nTo: portal@portal.example\r\nSubject: {subject}\r\n\
         Message-ID: <{number}@mx.example>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\
         Content-Transfer-Encoding: 8bit\r\n\r\nElle est partie. {body}\r\n"
    );
    assert_eq!(outcome(t, report.as_bytes()), "not_understood", "{body}");
}

fn reports(t: &TestApp) -> Value {
    t.admin().get("/bounces/not-understood").expect(200)["total"].clone()
}

#[story("mail.bounce_domain=bounces.portal.example", "bounces.token=a token of sixteen", "privacy.erasure_days=1")]
fn a20_a_report_goes_with_whom_it_mentions_in_any_spelling(t: TestApp) {
    let zenobia = t.member(&at("zenobia.quartz@customs-gh.example", "GH", "Zenobia Quartz"));
    let mentioning = [
        "Zenobia.Quartz@Customs-GH.example",
        "news+zenobia.quartz=customs-gh.example@lists.x.example",
        "list-12-zenobia.quartz=customs-gh.example@lists.x.example",
        "SRS0=ab=cd=customs-gh.example=zenobia.quartz@lists.x.example",
        "zenobia.quartz%40customs-gh.example",
        "zenobia.quartz=40customs-gh.example",
        "zenobia.quartz@customs-\r\ngh.example",
        "zenobia.quartz@\r\n> customs-gh.example",
        "zenobia.quartz&#64;customs-gh.example",
        "zenobia.quartz\u{ff20}customs-gh.example",
        "zenobia.quartz\u{200b}@customs-gh.example",
        "zenobia.quartz@<wbr>customs-gh.example",
        "_zenobia.quartz@customs-gh.example_",
        "<a href=\"mailto:zenobia.quartz%40customs-gh.example\">ici</a>",
    ];
    for (number, spelling) in mentioning.into_iter().enumerate() {
        report(&t, number, "Changement", spelling);
    }
    report(&t, 100, "Partie: zenobia.quartz=customs-gh.example@lists.x.example", "Au revoir.");
    // Longer addresses are those of others.
    let others = [
        "annazenobia.quartz%40customs-gh.example",
        "anna-zenobia.quartz&#64;customs-gh.example",
        "annazenobia.quartz=customs-gh.example@lists.x.example",
        "zenobia.quartz%40customs-gh.example.org",
        "zenobia.quartz=customs-gh.examples@lists.x.example",
        "SRS0=ab=cd=customs-gh.example=zenobia.quartz-two@lists.x.example",
    ];
    for (number, spelling) in others.into_iter().enumerate() {
        report(&t, 200 + number, "Changement", spelling);
    }
    assert_eq!(reports(&t), mentioning.len() + 1 + others.len());
    t.login(&zenobia.email).delete("/me").expect(202);
    days_pass(&t, 2);
    assert!(has_erased(&t, "Former contact (Ghana)"));
    assert_eq!(reports(&t), others.len());
}
