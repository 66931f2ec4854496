//! What pages say of an announcement before it is approved or sent.

use serde_json::json;

use super::authoring::{BODY, SUBJECT, colleague, step, submitted, write};
use crate::reading::announce;
use crate::support::browser::Browser;
use crate::support::{Expect as _, TestApp, story};

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
    assert!(preview.has("Readable by Anybody, without an account, once it is sent"), "{}", preview.text());
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

#[story]
fn the_preview_says_what_readers_do_not_get(t: TestApp) {
    let mut author = Browser::of(&t, &t.admin());
    let preview = write(&mut author, &[(SUBJECT, "Seminar"), (BODY, "See ![the hall](https://x.example/a.png).")]);
    assert!(preview.has("They are removed, and readers do not see them."), "{}", preview.text());
    let plain = write(&mut author, &[(SUBJECT, "Seminar"), (BODY, "See <https://x.example/a>.")]);
    assert!(!plain.has("They are removed") && !plain.has("?mail="), "{}", plain.text());
    let apart = "p.row > a:last-child:not(.button)[href$='/delete']";
    assert!(plain.shows(apart) && !plain.shows("nav a[href$='/delete'], a.button[href$='/delete']"), "{}", plain.html);
    let next = "p.row > a.button:first-child:not(.second)[href$='/submit']";
    assert!(plain.shows(next), "the next step is the first button: {}", plain.html);
}

#[story]
fn the_form_of_a_draft_begins_with_the_text_and_folds_the_audience(t: TestApp) {
    let mut author = Browser::of(&t, &t.admin());
    let form = author.open("/announcements/new");
    let at = |name: &str| form.html.find(&format!("name=\"{name}\"")).unwrap_or_else(|| panic!("no field {name}"));
    assert!(at(BODY) < at("audience-regions"), "the text comes first");
    assert!(!form.shows("details[open] input[name=audience-regions]"), "nothing is chosen yet");
    assert!(form.has("at most 20,000 characters"), "{}", form.text());
    let preview =
        author.submit(&form, "Save and preview", &[(SUBJECT, "A"), (BODY, "B."), ("audience-regions", "WCA")]);
    let edit = author.open(&step(&preview, "edit"));
    assert!(edit.shows("details[open] input[name=audience-regions][value=WCA][checked]"), "{}", edit.html);
}

#[story]
fn an_announcement_to_confirm_stands_once_on_the_home_page_and_has_one_button(t: TestApp) {
    let (awa, admin) = (t.ncp("SN"), t.admin());
    let id = announce(&admin, "To be confirmed", &json!({"acknowledge": true}));
    t.deliver();
    let mut browser = Browser::of(&t, &awa);
    let home = browser.open("/");
    assert_eq!(home.text().matches("To be confirmed").count(), 1, "{}", home.text());
    assert!(home.has("You have no other unread announcement."), "{}", home.text());
    let page = browser.open(&format!("/announcements/{id}"));
    assert!(!page.has("Mark as read"), "{}", page.text());
    browser.submit(&page, "I have read this announcement", &[]);
    assert!(browser.open("/announcements?show=unread").has("You have no unread announcement."));
}

#[story]
fn w16_what_is_no_verdict_on_what_was_read_decides_nothing(t: TestApp) {
    t.ncp("SN");
    let (admin, second) = (t.admin(), colleague(&t));
    let mut author = Browser::of(&t, &admin);
    let preview = submitted(&mut author);
    let decide = step(&preview, "decide");
    let (announcement, _) = decide.rsplit_once('/').unwrap();
    let state = || second.get(announcement).expect(200);

    let mut approver = Browser::of(&t, &second);
    let read = state()["content_hash"].as_str().unwrap().to_owned();
    let other = "0".repeat(64);
    for fields in [vec![], vec![("verdict", "x"), ("version", read.as_str())], vec![("verdict", "submit")]] {
        assert_eq!(approver.post(&decide, &fields).status, 422, "{fields:?}");
    }
    for verdict in ["approve", "reject"] {
        for fields in [vec![("verdict", verdict)], vec![("verdict", verdict), ("version", other.as_str())]] {
            assert_eq!(approver.post(&decide, &fields).status, 409, "{fields:?}");
        }
    }
    let another = second.post(&format!("{announcement}/reject"), &json!({"content_hash": other}));
    assert_eq!(another.refused(409), "content_changed");
    assert_eq!(state()["status"], "submitted");
    let rejected = approver.post(&decide, &[("verdict", "reject"), ("version", read.as_str()), ("reason", "Not yet.")]);
    assert_eq!(rejected.status, 200, "{}", rejected.text());
    assert_eq!((&state()["status"], &state()["reason"]), (&json!("draft"), &json!("Not yet.")));
}

#[story("throttle.mails_to_one=1000")]
fn w16_what_is_decided_on_is_what_the_page_shows(t: TestApp) {
    t.ncp("SN");
    let (admin, second) = (t.admin(), colleague(&t));
    let decide = step(&submitted(&mut Browser::of(&t, &admin)), "decide");
    let (announcement, _) = decide.rsplit_once('/').unwrap();
    // The author asks for approval of one text, then of the other, again and again.
    let submit = |word: &str| {
        let text = json!({"variants": {"en": {"subject": word, "body_markdown": word}}});
        let revised = admin.with_header("if-match", "*").patch(announcement, &text).expect(200);
        admin.post(&format!("{announcement}/submit"), &json!({})).expect(200);
        revised["content_hash"].as_str().unwrap().to_owned()
    };
    let words = ["Alpha", "Omega"];
    let hashes = words.map(submit);
    let mut decidable = 0;
    std::thread::scope(|scope| {
        let author = scope.spawn(|| (0..40).for_each(|_| assert_eq!(words.map(submit), hashes)));
        let mut approver = Browser::of(&t, &second);
        while !author.is_finished() {
            let page = approver.open(&decide);
            let shown = words.map(|word| page.html.matches(word).count());
            for (hash, shown, other) in [(&hashes[0], shown[0], shown[1]), (&hashes[1], shown[1], shown[0])] {
                if page.html.contains(hash) {
                    decidable += 1;
                    assert!(shown > 0 && other == 0, "{}", page.text());
                }
            }
        }
    });
    assert!(decidable > 0);
}
