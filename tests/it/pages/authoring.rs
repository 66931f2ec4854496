//! Pages on which the Secretariat writes, approves, sends and follows an announcement.

use serde_json::json;

use crate::reading::{announce, draft};
use crate::support::browser::{Browser, Page};
use crate::support::{Application, Expect as _, Person, TestApp, story};

pub(super) const SUBJECT: &str = "variants-en-subject";
pub(super) const BODY: &str = "variants-en-body_markdown";

/// A second person of the Secretariat, with two factors.
pub(super) fn colleague(t: &TestApp) -> Person {
    t.set_up("colleague@portal.example", "Second Reader");
    t.with_app(&t.login("colleague@portal.example"))
}

/// Writes an announcement by its form; returns the page of its preview.
pub(super) fn write(author: &mut Browser, fields: &[(&str, &str)]) -> Page {
    let form = author.open("/announcements/new");
    let preview = author.submit(&form, "Save and preview", fields);
    assert!(preview.status == 200 && preview.path.ends_with("/preview"), "{}", preview.text());
    preview
}

/// The address of a step of the announcement that a page is about.
pub(super) fn step(page: &Page, name: &str) -> String {
    let path = page.path.split('?').next().unwrap_or_default();
    let (announcement, _) = path.rsplit_once('/').expect("a step of an announcement");
    format!("{announcement}/{name}")
}

#[story]
fn w15_an_announcement_goes_from_its_draft_to_its_last_mail_by_pages_alone(t: TestApp) {
    t.member(&Application::new("SN", "Awa Diop").reading("fr"));
    t.member(&Application::new("KE", "Wanjiru Kamau"));
    let admin = t.admin();
    let mut author = Browser::of(&t, &admin);
    let list = author.open("/announcements/manage");
    assert!(list.has("There is no announcement here yet."), "{}", list.text());
    let empty = author.click(&list, "Write an announcement");
    assert!(empty.has("Write in Spanish") && !empty.has("Write in French"), "{}", empty.text());
    let refused = author.submit(&empty, "Save and preview", &[]);
    assert_eq!(refused.status, 422);
    assert!(refused.error(SUBJECT).contains("in at least one language"), "{}", refused.text());
    let texts = [
        (SUBJECT, "Seminar"),
        (BODY, "Dear **all**."),
        ("variants-fr-subject", "Séminaire"),
        ("variants-fr-body_markdown", "Bonjour à **tous**."),
    ];
    let preview = write(&mut author, &texts);
    assert!(preview.has("The announcement was saved.") && preview.has("Addressed to 2 people"), "{}", preview.text());
    assert!(preview.html.contains("Dear <strong>all</strong>."), "{}", preview.html);
    let french = author.click(&preview, "French");
    assert!(french.html.contains("Bonjour à <strong>tous</strong>."), "{}", french.html);

    let recipients = author.click(&french, "Recipients");
    assert!(recipients.has("Awa Diop") && recipients.has("Wanjiru Kamau") && recipients.has("Gets the e-mail"));
    let test = author.click(&recipients, "Send a test");
    let tested = author.submit(&test, "Send the test", &[]);
    let told = format!("2 test e-mails are on their way to {}.", admin.email);
    assert!(tested.has(&told), "{}", tested.text());
    let submit = author.click(&tested, "Submit for approval");
    let submitted = author.submit(&submit, "Submit for approval", &[]);
    assert!(submitted.has("waiting for approval"), "{}", submitted.text());

    let mut approver = Browser::of(&t, &colleague(&t));
    let decide = approver.open(&step(&submitted, "decide"));
    approver.submit(&decide, "Approve this announcement", &[]);
    let send = author.open(&step(&submitted, "send"));
    assert!(!send.has("Submit for approval"), "it is approved: {}", send.text());
    let progress = author.submit(&send, "Send to 2 people", &[]);
    assert!(progress.path.ends_with("/progress") && progress.has("Sending has begun."), "{}", progress.text());
    let paused = author.submit(&progress, "Pause sending", &[("reason", "Wrong date.")]);
    assert!(paused.has("Sending is paused.") && paused.has("Wrong date."), "{}", paused.text());
    author.submit(&paused, "Resume sending", &[]);
    t.deliver();
    let deliveries = author.open(&step(&progress, "deliveries"));
    assert!(deliveries.has("Awa Diop") && deliveries.has("Wanjiru Kamau"), "{}", deliveries.text());
    assert!(author.open("/announcements/manage?status=sent").has("Seminar"));
    assert!(!author.open("/announcements/manage?status=draft").has("Seminar"));
}

#[story]
fn w15_a_test_goes_to_the_people_of_the_secretariat_who_are_chosen(t: TestApp) {
    let (awa, admin, second) = (t.ncp("SN"), t.admin(), colleague(&t));
    let mut author = Browser::of(&t, &admin);
    let preview = write(&mut author, &[(SUBJECT, "Seminar"), (BODY, "In Dakar.")]);
    let test = author.open(&step(&preview, "test"));
    assert!(test.has("Second Reader") && !test.has(&awa.email), "{}", test.text());
    let tested = author.submit(&test, "Send the test", &[("to", &second.email)]);
    assert!(tested.has(&format!("One test e-mail is on its way to {}.", second.email)), "{}", tested.text());
    assert_eq!(t.mail_about(&second.email, "[TEST]").subject, "[TEST] Seminar");
    assert!(!t.inbox(&admin.email).iter().any(|mail| mail.subject.starts_with("[TEST]")));
    let refused = author.post(&test.path, &[("to", &awa.email)]);
    assert_eq!(refused.status, 422);
    assert!(!refused.error("to").is_empty(), "{}", refused.text());
}

#[story]
fn w15_recipients_are_listed_with_the_reason_of_each_exclusion(t: TestApp) {
    let (awa, _) = (t.ncp("SN"), t.member(&Application::new("KE", "Wanjiru Kamau")));
    awa.put("/me/subscriptions", &json!({"topics": {"news": false}})).expect(200);
    let mut author = Browser::of(&t, &t.admin());
    let preview = write(&mut author, &[(SUBJECT, "News"), (BODY, "News."), ("topic", "news")]);
    let all = author.open(&step(&preview, "recipients"));
    assert!(all.has("Addressed to 2 people") && all.has("Wanjiru Kamau"), "{}", all.text());
    let left_out = author.click(&all, "Only those who get no e-mail now");
    assert!(left_out.has(&awa.email) && left_out.has("No e-mail: unsubscribed from the topic"), "{}", left_out.text());
    assert!(!left_out.has("Wanjiru Kamau"), "{}", left_out.text());
}

#[story]
fn w15_an_announcement_is_scheduled_in_a_time_zone_and_taken_back(t: TestApp) {
    t.ncp("SN");
    let mut author = Browser::of(&t, &t.admin());
    let preview = write(&mut author, &[(SUBJECT, "Later"), (BODY, "Later.")]);
    let schedule = author.open(&step(&preview, "schedule"));
    let wrong = [("send_at", "2099-02-30"), ("time", "09:00"), ("zone", "Mars/Olympus")];
    let refused = author.submit(&schedule, "Schedule for this time", &wrong);
    assert_eq!(refused.status, 422);
    assert!(!refused.error("send_at").is_empty() && !refused.error("zone").is_empty(), "{}", refused.text());
    let right = [("send_at", "2099-01-12"), ("time", "09:00"), ("zone", "Europe/Brussels")];
    let planned = author.submit(&refused, "Schedule for this time", &right);
    assert!(
        planned.has("Scheduled for 12\u{a0}January 2099 at 09:00 Europe/Brussels (UTC+01:00)."),
        "{}",
        planned.text()
    );
    let back = author.submit(&planned, "Cancel the schedule", &[]);
    assert!(back.has("no longer scheduled") && back.has("approved"), "{}", back.text());
}

#[story]
fn w15_readers_who_confirmed_are_told_from_those_who_have_not(t: TestApp) {
    let (awa, admin) = (t.ncp("SN"), t.admin());
    t.member(&Application::new("KE", "Wanjiru Kamau"));
    let id = announce(&admin, "To be confirmed", &json!({"acknowledge": true}));
    t.deliver();
    awa.post(&format!("/announcements/{id}/acknowledge"), &json!({})).expect(200);
    let mut browser = Browser::of(&t, &admin);
    let all = browser.open(&format!("/announcements/{id}/acknowledgements"));
    assert!(all.has("Wanjiru Kamau") && all.has("Not yet"), "{}", all.text());
    let done = browser.click(&all, "Have confirmed");
    assert!(done.has("Awa Diop") && !done.has("Wanjiru Kamau"), "{}", done.text());
}

/// Writes an announcement and submits it; its preview.
pub(super) fn submitted(author: &mut Browser) -> Page {
    let preview = write(author, &[(SUBJECT, "Seminar"), (BODY, "In Dakar.")]);
    let submit = author.open(&step(&preview, "submit"));
    author.submit(&submit, "Submit for approval", &[]);
    preview
}

#[story]
fn w16_an_approver_sees_who_wrote_it_and_for_how_many_and_nobody_approves_the_own_text(t: TestApp) {
    t.ncp("SN");
    let (admin, second) = (t.admin(), colleague(&t));
    let mut author = Browser::of(&t, &admin);
    let preview = submitted(&mut author);

    let decide = step(&preview, "decide");
    let own = author.open(&decide);
    assert!(own.has("another person of the Secretariat must approve it"), "{}", own.text());
    assert!(!own.shows("input[value=approve]"), "{}", own.html);
    assert!(own.has("Readable by Its recipients and the Secretariat") && !own.has("Public:"), "{}", own.text());
    let forged = author.submit(&own, "Reject this announcement", &[("verdict", "approve")]);
    assert_eq!(forged.status, 403);

    let mut approver = Browser::of(&t, &second);
    let page = approver.open(&decide);
    assert!(page.has("Written by Secretariat") && page.has("In Dakar."), "{}", page.text());
    assert!(page.has("People it is addressed to 1") && page.has("can be sent to 1 person"), "{}", page.text());
    let edit = author.open(&step(&preview, "edit"));
    author.submit(&edit, "Save and preview", &[(BODY, "In Nairobi.")]);
    let late = approver.submit(&page, "Approve this announcement", &[]);
    assert_eq!(late.status, 409, "what was read is there no more");
}

#[story]
fn w16_an_approver_sees_what_was_changed_since_the_last_approval(t: TestApp) {
    t.ncp("SN");
    let (admin, second) = (t.admin(), colleague(&t));
    let (mut author, mut approver) = (Browser::of(&t, &admin), Browser::of(&t, &second));
    let preview = write(&mut author, &[(SUBJECT, "Seminar"), (BODY, "In Dakar.")]);
    let (submit, decide) = (step(&preview, "submit"), step(&preview, "decide"));
    let page = author.open(&submit);
    author.submit(&page, "Submit for approval", &[]);
    let page = approver.open(&decide);
    assert!(page.has("has not been approved before"), "{}", page.text());
    approver.submit(&page, "Approve this announcement", &[]);

    let edit = author.open(&step(&preview, "edit"));
    assert!(edit.has("loses its approval"), "{}", edit.text());
    author.submit(&edit, "Save and preview", &[(BODY, "In Nairobi."), ("audience-members", "SN")]);
    let page = author.open(&submit);
    author.submit(&page, "Submit for approval", &[]);
    let page = approver.open(&decide);
    let changes = page.text();
    assert!(changes.contains("In Dakar.") && changes.contains("In Nairobi."), "{changes}");
    assert!(page.shows("td[data-label='As approved']"), "{}", page.html);
}

#[story]
fn nested_conditions_of_a_program_are_told_in_words_and_stay(t: TestApp) {
    t.ncp("SN");
    let admin = t.admin();
    let nested = json!({
        "roles": ["ncp"],
        "any": [{"regions": ["WCA"]}, {"members": ["KE"], "none": [{"technologies": ["iot"]}]}],
        "none": [{"languages": ["pt"]}],
    });
    let id = admin.post("/announcements", &draft("Seminar", &json!({"audience": nested}))).expect(201)["id"].clone();
    let id = id.as_str().unwrap();
    let audience = || admin.get(&format!("/announcements/{id}")).expect(200)["audience"].clone();
    let before = audience();
    assert_eq!(before["any"].as_array().map(Vec::len), Some(2), "{before}");
    let mut author = Browser::of(&t, &admin);
    let edit = author.open(&format!("/announcements/{id}/edit"));
    let any = "At least one of these: (Regions: West and Central Africa), (Members: Kenya; None of these: (";
    let none = "None of these: (Languages that the contact speaks: Portuguese)";
    assert!(edit.has(any) && edit.has(none), "{}", edit.text());
    let preview = author.submit(&edit, "Save and preview", &[(BODY, "In Dakar.")]);
    assert!(preview.has("The announcement was saved."), "{}", preview.text());
    assert_eq!(audience(), before);
    let recipients = author.click(&preview, "Recipients");
    let role = "Roles: National Contact Point";
    assert!(recipients.has(role) && recipients.has(any) && recipients.has(none), "{}", recipients.text());
}

#[story]
fn w17_the_button_names_the_number_and_sends_to_no_other(t: TestApp) {
    t.ncp("SN");
    let mut author = Browser::of(&t, &t.admin());
    let preview = write(&mut author, &[(SUBJECT, "Seminar"), (BODY, "In Dakar.")]);
    let send = author.open(&step(&preview, "send"));
    t.member(&Application::new("KE", "Wanjiru Kamau"));
    t.member(&Application::new("MZ", "João Machava"));
    let again = author.submit(&send, "Send to 1 person", &[]);
    assert_eq!(again.status, 412);
    assert!(again.has("it was 1 person") && again.has("Addressed to 3 people"), "{}", again.text());
    // One more than the page says makes no difference.
    t.member(&Application::new("DE", "Jürgen Müller"));
    let begun = author.submit(&again, "Send to 3 people", &[]);
    assert!(begun.has("Sending has begun."), "{}", begun.text());
}

#[story]
fn w23_a_refused_draft_keeps_its_texts_and_says_what_is_wrong_where(t: TestApp) {
    let mut author = Browser::of(&t, &t.admin());
    let form = author.open("/announcements/new");
    let wrong = [(SUBJECT, ""), (BODY, "Dear all."), ("audience-members", "SN"), ("audience-members", "ZZ")];
    let refused = author.submit(&form, "Save and preview", &wrong);
    assert_eq!(refused.status, 422);
    assert!(refused.title().starts_with("Error:") && !refused.error(SUBJECT).is_empty(), "{}", refused.text());
    assert_eq!(refused.value(BODY).trim(), "Dear all.");
    for chosen in ["SN", "ZZ"] {
        assert!(refused.shows(&format!("input[name=audience-members][value={chosen}][checked]")), "{chosen}");
    }
    let refused = author.submit(&refused, "Save and preview", &[(SUBJECT, "News")]);
    assert!(!refused.error("audience-members").is_empty(), "{}", refused.text());
    let saved = author.submit(&refused, "Save and preview", &[("audience-members", "SN")]);
    assert_eq!(saved.status, 200);
}

#[story]
fn w25_a_form_that_is_sent_twice_makes_one_announcement_and_sends_once(t: TestApp) {
    t.ncp("SN");
    let admin = t.admin();
    let mut author = Browser::of(&t, &admin);
    let form = author.open("/announcements/new");
    let fields = [(SUBJECT, "Once"), (BODY, "Once.")];
    let first = author.submit(&form, "Save and preview", &fields);
    let second = author.submit(&form, "Save and preview", &fields);
    assert_eq!(first.path, second.path);
    assert_eq!(admin.all("/announcements").len(), 1);
    let send = author.open(&step(&first, "send"));
    let begun = author.submit(&send, "Send to 1 person", &[]);
    let again = author.submit(&send, "Send to 1 person", &[]);
    assert_eq!((begun.status, begun.path.as_str()), (200, again.path.as_str()));
}

#[story]
fn w28_of_two_who_change_an_announcement_the_second_sees_both_versions(t: TestApp) {
    let (admin, second) = (t.admin(), colleague(&t));
    let mut author = Browser::of(&t, &admin);
    let preview = write(&mut author, &[(SUBJECT, "Seminar"), (BODY, "In Dakar.")]);
    let edit = step(&preview, "edit");
    let mut other = Browser::of(&t, &second);
    let (mine, theirs) = (author.open(&edit), other.open(&edit));
    other.submit(&theirs, "Save and preview", &[(BODY, "In Nairobi.")]);
    let late = author.submit(&mine, "Save and preview", &[(BODY, "In Abidjan.")]);
    assert_eq!(late.status, 412);
    assert!(late.has("In Nairobi.") && late.value(BODY).contains("In Abidjan."), "{}", late.text());
    let saved = author.submit(&late, "Save and preview", &[]);
    assert!(saved.has("In Abidjan."), "{}", saved.text());
}

#[story]
fn w28_all_that_was_typed_stays_beside_what_is_stored_now(t: TestApp) {
    let (mut author, mut other) = (Browser::of(&t, &t.admin()), Browser::of(&t, &colleague(&t)));
    let preview = write(&mut author, &[(SUBJECT, "Seminar"), (BODY, "In Dakar.")]);
    let edit = step(&preview, "edit");
    let (mine, theirs) = (author.open(&edit), other.open(&edit));
    other.submit(&theirs, "Save and preview", &[(SUBJECT, "Workshop"), ("acknowledge", "true")]);
    let typed = [(BODY, "In Abidjan."), ("audience-members", "SN"), ("public", "true")];
    let late = author.submit(&mine, "Save and preview", &typed);
    assert_eq!(late.status, 412);
    for row in [
        "Subject (English) Workshop Seminar",
        "In Dakar. In Abidjan.",
        "Ask readers to confirm that they have read it Yes No",
        "Public: readable without an account, also in the public feed No Yes",
    ] {
        assert!(late.has(row), "{row}: {}", late.text());
    }
    assert!(late.shows("input[name=public][checked]") && !late.shows("input[name=acknowledge][checked]"));
    assert_eq!(late.value(SUBJECT), "Seminar");
    assert!(late.shows("input[name=audience-members][value=SN][checked]") && late.has("Members Senegal"));
    assert_eq!(late.value(BODY).trim(), "In Abidjan.");
    let saved = author.submit(&late, "Save and preview", &[]);
    assert!(saved.has("The announcement was saved.") && saved.has("In Abidjan."), "{}", saved.text());
}

#[story]
fn w30_cancelling_and_deleting_have_a_page_that_names_the_consequence(t: TestApp) {
    t.ncp("SN");
    let admin = t.admin();
    let mut author = Browser::of(&t, &admin);
    let draft = write(&mut author, &[(SUBJECT, "Draft"), (BODY, "Draft.")]);
    let page = author.click(&draft, "Delete the draft");
    assert!(page.has("This cannot be undone."), "{}", page.text());
    let list = author.submit(&page, "Delete the draft", &[]);
    assert!(list.path == "/announcements/manage" && list.has("The draft was deleted."), "{}", list.text());

    let sent = write(&mut author, &[(SUBJECT, "Sent"), (BODY, "Sent.")]);
    let ready = author.open(&step(&sent, "send"));
    let progress = author.submit(&ready, "Send to 1 person", &[]);
    let page = author.click(&progress, "Cancel the announcement");
    assert!(page.has("never sent") && page.has("This cannot be undone."), "{}", page.text());
    let over = author.submit(&page, "Cancel the announcement for good", &[("reason", "Wrong date.")]);
    assert!(over.has("The announcement was cancelled.") && over.has("Wrong date."), "{}", over.text());
    assert!(!over.has("Pause sending") && !over.has("Resume sending"), "{}", over.text());
}

/// The form of a draft whose text in each language is this.
fn six_languages(text: &str) -> String {
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    form.append_pair("default_language", "en");
    for language in ["en", "fr", "es", "ar", "ru", "pt"] {
        form.append_pair(&format!("variants-{language}-subject"), "Subject");
        form.append_pair(&format!("variants-{language}-body_markdown"), text);
    }
    form.finish()
}

#[story]
fn w31_the_longest_text_in_six_languages_is_saved_and_one_letter_more_is_told_apart(t: TestApp) {
    let admin = t.admin();
    let mut author = Browser::of(&t, &admin);
    // Lines of a hundred letters; a form sends two characters for each line end, of which one counts.
    let line = format!("{}\r\n", "ж".repeat(98));
    let most = format!("{}{}", line.repeat(202), "ж".repeat(20_000 - 202 * 99));
    let saved = author.send("POST", "/announcements/new", Some(&six_languages(&most)));
    assert_eq!(saved.status, 303, "{}", saved.text);
    assert_eq!(admin.all("/announcements").len(), 1);
    let refused = author.send("POST", "/announcements/new", Some(&six_languages(&format!("{most}ж"))));
    assert_eq!(refused.status, 422);
    assert!(refused.text.contains("At most 20000 characters."), "the limit is told");
    assert!(refused.text.contains(&"ж".repeat(98)), "the rest is kept");
}

#[story]
fn w52_nobody_but_the_secretariat_comes_to_these_pages(t: TestApp) {
    let (awa, admin) = (t.ncp("SN"), t.admin());
    let id = announce(&admin, "For all", &json!({}));
    let mut browser = Browser::of(&t, &awa);
    let steps = ["edit", "preview", "recipients", "test", "submit", "decide", "send", "schedule", "progress"];
    let steps = steps.into_iter().chain(["deliveries", "acknowledgements", "cancel", "delete"]);
    let addresses = steps.map(|step| format!("/announcements/{id}/{step}"));
    for address in addresses.chain(["/announcements/manage".to_owned(), "/announcements/new".to_owned()]) {
        assert_eq!(browser.open(&address).status, 403, "{address}");
    }
    let help = Browser::anonymous(&t).open("/help/markdown");
    assert!(help.status == 200 && help.has("**important**"), "{}", help.text());
}
