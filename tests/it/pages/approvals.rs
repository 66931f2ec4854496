//! What pages say of an announcement before it is approved or sent.

use super::authoring::{BODY, SUBJECT, colleague, step, write};
use crate::support::browser::Browser;
use crate::support::{TestApp, story};

#[story]
fn w16_an_approver_sees_all_that_the_approval_holds_for(t: TestApp) {
    t.ncp("SN");
    let (admin, second) = (t.admin(), colleague(&t));
    let mut author = Browser::of(&t, &admin);
    let fields = [
        (SUBJECT, "Seminar"),
        (BODY, "In Dakar."),
        ("topic", "news"),
        ("audience-members", "SN"),
        ("required_languages", "en"),
        ("acknowledge", "true"),
        ("public", "true"),
    ];
    let preview = write(&mut author, &fields);
    assert!(preview.has("Public: once it is sent, anybody can read it"), "{}", preview.text());
    let submit = author.open(&step(&preview, "submit"));
    author.submit(&submit, "Submit for approval", &[]);
    let decide = Browser::of(&t, &second).open(&step(&preview, "decide"));
    for told in [
        "Readable by Anybody, without an account (public) Readers are asked to confirm that they have read it Yes",
        "Default language English Required languages: no sending without them English",
        "Audience A recipient meets each of these conditions. Of several values, one is enough. Members: Senegal",
    ] {
        assert!(decide.has(told), "{told}: {}", decide.text());
    }
}
