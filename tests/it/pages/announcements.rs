//! Pages for readers of announcements: the archive, one announcement, its marks, and the link of a mail.

use serde_json::json;

use crate::reading::{announce, path_in, unread};
use crate::support::browser::Browser;
use crate::support::{Application, Expect as _, TestApp, story};

#[story]
fn w65_what_was_sent_is_listed_and_marked_as_read_and_as_unread(t: TestApp) {
    let (awa, wanjiru) = (t.ncp("SN"), t.member(&Application::new("KE", "Wanjiru Kamau")));
    let admin = t.admin();
    let senegal = json!({"topic": "news", "audience": {"members": ["SN"]}});
    let id = announce(&admin, "Customs in Dakar", &senegal);
    announce(&admin, "An official word", &json!({}));
    announce(&admin, "Customs in Nairobi", &json!({"audience": {"members": ["KE"]}}));
    t.deliver();
    let mut browser = Browser::of(&t, &awa);
    let list = browser.open("/announcements");
    assert!(list.has("You have 2 unread announcements.") && list.has("An official word"), "{}", list.text());
    assert!(list.has("News of the community") && list.has("Official notice"), "{}", list.text());
    assert!(!list.has("Nairobi") && !list.has("For the Secretariat"), "{}", list.text());

    let page = browser.click(&list, "Customs in Dakar");
    assert_eq!(page.path, format!("/announcements/{id}"));
    assert!(page.has("Something.") && page.has("News of the community") && page.has("UTC"), "{}", page.text());
    assert_eq!(unread(&awa)["announcements"], 2, "to open a page changes nothing");
    let page = browser.submit(&page, "Mark as read", &[]);
    assert!(page.has("The announcement is marked as read."), "{}", page.text());
    let list = browser.open("/announcements?show=unread");
    assert!(list.has("You have 1 unread announcement.") && !list.has("Dakar"), "{}", list.text());
    browser.submit(&page, "Mark as unread", &[]);
    assert_eq!(unread(&awa)["announcements"], 2);

    let closed = Browser::of(&t, &wanjiru).open(&page.path);
    assert_eq!(closed.status, 404);
    assert!(closed.has("not available to you") && !closed.has("Dakar"), "{}", closed.text());
}

#[story]
fn w65_all_is_marked_as_read_by_one_button(t: TestApp) {
    let (awa, wanjiru) = (t.ncp("SN"), t.member(&Application::new("KE", "Wanjiru Kamau")));
    let admin = t.admin();
    announce(&admin, "The first word", &json!({}));
    announce(&admin, "Another word", &json!({}));
    t.deliver();
    let mut browser = Browser::of(&t, &awa);
    let list = browser.open("/announcements?show=unread");
    let list = browser.submit(&list, "Mark all as read", &[]);
    assert!(list.has("All announcements are marked as read.") && list.has("The first word"), "{}", list.text());
    assert!(!list.has("Mark all as read"), "{}", list.text());
    assert_eq!(unread(&awa)["announcements"], 0);
    assert_eq!(unread(&wanjiru)["announcements"], 2, "the marks of others stay");
    assert!(browser.open("/announcements?show=unread").has("You have no unread announcement."));
}

#[story]
fn w65_who_is_asked_to_confirm_does_so_once(t: TestApp) {
    let (awa, admin) = (t.ncp("SN"), t.admin());
    let id = announce(&admin, "To be confirmed", &json!({"acknowledge": true, "audience": {"members": ["SN"]}}));
    t.deliver();
    let mut browser = Browser::of(&t, &awa);
    let list = browser.open("/announcements");
    assert!(list.has("Please confirm that you have read it"), "{}", list.text());
    let page = browser.click(&list, "To be confirmed");
    let page = browser.submit(&page, "I have read this announcement", &[]);
    assert!(page.has("Your acknowledgement is recorded.") && page.has("You confirmed that you read it on"));
    assert!(!page.has("I have read this announcement") && page.has("Mark as unread"), "{}", page.text());
    assert!(browser.open("/announcements").has("You have confirmed that you read it"));
    assert!(awa.get(&format!("/announcements/{id}")).expect(200)["acknowledged_at"].is_string());
}

#[story]
fn w19_the_link_of_a_mail_reads_and_acknowledges_without_a_login(t: TestApp) {
    let (awa, admin) = (t.ncp("SN"), t.admin());
    let other = announce(&admin, "Another matter", &json!({}));
    let id = announce(&admin, "To be read", &json!({"acknowledge": true}));
    let mail = t.mail_about(&awa.email, "To be read");
    let link = path_in(&mail.text, &format!("/announcements/{id}?mail="));
    let mut reader = Browser::anonymous(&t);
    let page = reader.open(&link);
    assert!(page.has("To be read") && page.has("Something.") && page.has("Log in"), "{}", page.text());
    for private in [awa.email.as_str(), "Awa Diop", "Another matter", "Mark as"] {
        assert!(!page.html.contains(private), "{private}: {}", page.html);
    }
    let page = reader.submit(&page, "I have read this announcement", &[]);
    assert_eq!((page.status, page.path.as_str()), (200, link.as_str()));
    assert!(page.has("Your acknowledgement is recorded.") && !page.has("I have read this announcement"));
    assert!(awa.get(&format!("/announcements/{id}")).expect(200)["acknowledged_at"].is_string());

    let token = link.split_once('=').unwrap().1;
    for strange in [format!("/announcements/{other}?mail={token}"), format!("/announcements/{id}?mail={token}a")] {
        let closed = reader.open(&strange);
        assert!(closed.status == 404 && closed.has("not available to you"), "{strange}: {}", closed.text());
    }
}

#[story]
fn w44_a_text_in_another_language_than_the_page_says_so(t: TestApp) {
    let (awa, admin) = (t.ncp("SN"), t.admin());
    let variants = json!({
        "fr": {"subject": "À lire", "body_markdown": "# Bonjour\n\nCeci est le texte."},
        "ar": {"subject": "للقراءة", "body_markdown": "مرحبا"},
    });
    announce(&admin, "", &json!({"default_language": "fr", "variants": variants}));
    t.deliver();
    let mut browser = Browser::of(&t, &awa);
    let list = browser.open("/announcements");
    assert!(list.shows("a[lang=fr][dir=ltr]") && list.has("French"), "{}", list.html);
    let page = browser.click(&list, "À lire");
    assert!(page.has("This announcement is not available in English. The text below is in French."), "{}", page.text());
    assert!(page.shows("html[lang=en]") && page.shows("h1 bdi[lang=fr]") && page.shows("article[lang=fr][dir=ltr] h2"));
    let page = browser.click(&page, "Read this announcement in Arabic");
    assert!(page.shows("html[lang=en][dir=ltr]") && page.shows("article[lang=ar][dir=rtl]"), "{}", page.html);
    assert!(page.has("The text below is in Arabic.") && page.has("مرحبا"), "{}", page.text());

    // A reader of French sees a French page, without the sentence.
    let oumar = t.member(&Application::new("SN", "Oumar Sow").reading("fr"));
    let again = json!({"default_language": "fr", "variants": variants});
    let newer = announce(&admin, "", &again);
    t.deliver();
    let page = Browser::of(&t, &oumar).open(&format!("/announcements/{newer}"));
    assert!(page.shows("html[lang=fr]") && !page.has("Langue du texte"), "{}", page.text());
}
