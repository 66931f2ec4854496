//! The link of each mail leads its reader to the page on which the reader does what the mail asks for: the mails of a
//! whole life, from the application to its end.

use serde_json::json;

use crate::bounces;
use crate::deadlines::days_pass;
use crate::life_cycle::{DAY, accept, coordinator, id_of, invite};
use crate::support::browser::{Browser, Page};
use crate::support::endpoint::{Endpoint, Reply};
use crate::support::{Application, Expect as _, Person, TestApp, story};
use crate::webhooks::{add, ping};

/// A browser in which the person with this address is logged in.
fn browser_of(t: &TestApp, email: &str) -> Browser {
    let mut browser = Browser::anonymous(t);
    browser.log_in(t, email);
    browser
}

/// Follows the link with this label in the mail with this subject; the page is there, and no login stands before it.
#[track_caller]
fn follow(t: &TestApp, browser: &mut Browser, to: &str, subject: &str, label: &str) -> Page {
    let mail = t.mail_about(to, subject);
    let labelled = format!("{label}:");
    let mut lines = mail.text.lines().skip_while(|line| *line != labelled);
    let address = lines.find_map(|line| line.strip_prefix("https://portal.example"));
    let address = address.unwrap_or_else(|| panic!("no link {label:?} in {}", mail.text));
    assert!(!address.starts_with("/api/"), "{subject}: {address}");
    let page = browser.open(address);
    assert_eq!((page.status, page.path.as_str()), (200, address), "{subject}: {}", page.text());
    page
}

/// Finds on the page what the mail asks for.
#[track_caller]
fn offers(page: &Page, css: &str) {
    assert!(page.shows(css), "no {css} on {}: {}", page.path, page.text());
}

/// A second person of the Secretariat, with two factors.
fn colleague(t: &TestApp) -> Person {
    t.set_up("colleague@portal.example", "Second Reader");
    t.with_app(&t.login("colleague@portal.example"))
}

#[story]
fn w63_the_mails_about_an_application_lead_to_where_it_is_decided_and_completed(t: TestApp) {
    let (home, admin) = (coordinator(&t, "SN", "Moussa Fall"), t.admin());
    let awa = Application::new("SN", "Awa Diop");
    let token = t.apply(&awa);
    let mut visitor = Browser::anonymous(&t);
    let page = follow(&t, &mut visitor, &awa.email, "Please confirm your e-mail address", "Confirm my address");
    offers(&page, "form input[type=password]");
    t.verify(&token).expect(200);
    let id = id_of(&t, &awa.email);
    let deed = |name: &str| format!("main a[href='/appointments/{id}/{name}']");
    let mut officer = Browser::of(&t, &home);
    let page = follow(&t, &mut officer, &home.email, "awaits your decision: Awa", "Decide on the application");
    for name in ["approve", "reject", "request-info"] {
        offers(&page, &deed(name));
    }
    let missing = json!({"reason": "The letter is missing."});
    home.post(&format!("/appointments/{id}/request-info"), &missing).expect(200);
    let page =
        follow(&t, &mut browser_of(&t, &awa.email), &awa.email, "application is incomplete", "Complete my application");
    for name in ["submit", "nomination", "letter/replace"] {
        offers(&page, &deed(name));
    }
    t.login(&awa.email).post(&format!("/appointments/{id}/submit"), &json!({})).expect(200);
    home.post(&format!("/appointments/{id}/approve"), &json!({})).expect(200);
    let page = follow(&t, &mut browser_of(&t, &awa.email), &awa.email, "Welcome to the", "Check my profile");
    offers(&page, "main form[action='/account/profile']");

    // Where nobody coordinates, the Secretariat decides, on the page of the application.
    let wanjiru = Application::new("KE", "Wanjiru Kamau");
    t.apply_and_verify(&wanjiru);
    let mut office = Browser::of(&t, &admin);
    let page = follow(&t, &mut office, &admin.email, "awaits your decision: Wanjiru", "Decide on the application");
    assert!(page.path.starts_with("/applications/"), "{}", page.path);
    offers(&page, "main form input[name=decision][value=approve]");
    let path = format!("/appointments/{}/reject", id_of(&t, &wanjiru.email));
    t.admin().post(&path, &json!({"reason": "Nobody nominated her."})).expect(200);
    let page =
        follow(&t, &mut browser_of(&t, &wanjiru.email), &wanjiru.email, "application was not approved", "Apply again");
    offers(&page, "main form select[name=role]");
}

#[story]
fn w63_the_mails_about_an_invitation_and_its_appointment_lead_to_its_pages(t: TestApp) {
    let (home, email) = (coordinator(&t, "SN", "Moussa Fall"), "fatou.sow@douanes.example");
    invite(&home, email, "SN", "ncp");
    let mut visitor = Browser::anonymous(&t);
    let page = follow(&t, &mut visitor, email, "Invitation to", "Accept the invitation");
    offers(&page, "form input[type=password]");
    days_pass(&t, 8);
    let page = follow(&t, &mut visitor, email, "Reminder: invitation to", "Accept the invitation");
    offers(&page, "form input[type=password]");
    accept(&t, email);
    t.login(email).patch("/me", &json!({"preferred_language": "en"})).expect(200);
    let id = id_of(&t, email);
    let deed = |name: &str| format!("main a[href='/appointments/{id}/{name}']");
    // Before the browser, which waits for the next code of the app.
    let office = t.login(&home.email);
    let mut officer = browser_of(&t, &home.email);
    let page = follow(&t, &mut officer, &home.email, "has accepted your invitation", "See the appointment");
    offers(&page, &deed("suspend"));

    office.post(&format!("/appointments/{id}/suspend"), &json!({"reason": "On leave."})).expect(200);
    let page = follow(&t, &mut browser_of(&t, email), email, "appointment is suspended", "See the appointment");
    assert!(page.has("On leave."), "{}", page.text());
    office.post(&format!("/appointments/{id}/reinstate"), &json!({})).expect(200);
    follow(&t, &mut browser_of(&t, email), email, "appointment is in force again", "See the appointment");
    t.login(email).post(&format!("/appointments/{id}/resign"), &json!({})).expect(200);
    let page = follow(&t, &mut browser_of(&t, email), email, "appointment has ended", "See my data");
    offers(&page, "main a[href='/account/data/erase']");
    let page = follow(&t, &mut officer, &home.email, "End of appointment", "Invite a successor");
    offers(&page, "main form input[name=email]");
}

#[story]
fn w63_the_yearly_question_leads_to_its_answer(t: TestApp) {
    let awa = t.ncp("SN");
    t.pass(DAY * 320);
    days_pass(&t, 16);
    let mut visitor = Browser::anonymous(&t);
    let page = follow(&t, &mut visitor, &awa.email, "Is your entry still correct", "Confirm my entry");
    offers(&page, "form[action='/confirm-contact'] button");
}

#[story("mail.bounce_domain=bounces.portal.example", "bounces.token=a token of sixteen")]
fn w63_a_mail_that_comes_back_leads_to_the_entry(t: TestApp) {
    let (home, awa) = (coordinator(&t, "SN", "Moussa Fall"), t.ncp("SN"));
    let announcement = bounces::announce(&t, None);
    let sent = bounces::mail(&t, &announcement, &awa.email);
    assert_eq!(bounces::outcome(&t, &bounces::failed(sent, &awa.email, "5.1.1")), "counted");
    let mut officer = Browser::of(&t, &home);
    let page = follow(&t, &mut officer, &home.email, "Not confirmed: Awa Diop", "See the appointment");
    for name in ["confirm", "replace"] {
        offers(&page, &format!("main a[href$='/{name}']"));
    }
    let mut visitor = Browser::anonymous(&t);
    let page = follow(&t, &mut visitor, &awa.email, "entry is marked as not confirmed", "Confirm my entry");
    offers(&page, "form[action='/confirm-contact'] button");
}

#[story]
fn w63_the_mails_to_the_secretariat_lead_to_the_announcement_and_to_the_webhook(t: TestApp) {
    t.ncp("SN");
    let (admin, second) = (t.admin(), colleague(&t));
    let draft = json!({
        "default_language": "en",
        "variants": {"en": {"subject": "Seminar", "body_markdown": "Dear all."}},
    });
    let id = admin.post("/announcements", &draft).expect(201)["id"].as_str().unwrap().to_owned();
    admin.post(&format!("/announcements/{id}/submit"), &json!({})).expect(200);
    let mut approver = Browser::of(&t, &second);
    let page = follow(&t, &mut approver, &second.email, "To be approved: Seminar", "Read and decide");
    assert!(page.has("Dear all."), "{}", page.text());
    offers(&page, "main form input[name=verdict][value=approve]");
    second.post(&format!("/announcements/{id}/reject"), &json!({"reason": "Not yet."})).expect(200);
    let mut author = Browser::of(&t, &admin);
    let page = follow(&t, &mut author, &admin.email, "Announcement not approved: Seminar", "Change the announcement");
    assert_eq!(page.value("variants-en-subject"), "Seminar");

    let endpoint = Endpoint::start();
    let (id, _) = add(&t.admin(), &endpoint.url(), &["*"]);
    endpoint.replies([Reply::Status(410, String::new())]);
    ping(&t.admin(), &id);
    t.tell();
    let page = follow(&t, &mut author, &admin.email, "no longer exists", "See the webhook");
    for name in ["change", "delete"] {
        offers(&page, &format!("main a[href='/webhooks/{id}/{name}']"));
    }
}

#[story]
fn w63_the_mails_about_the_own_account_lead_to_what_helps(t: TestApp) {
    let awa = t.ncp("SN");
    let form = json!({"name": "Feed", "scopes": ["community:read"], "expires_in_days": 3});
    awa.post("/me/tokens", &form).expect(201);
    let mut visitor = Browser::anonymous(&t);
    let label = "Choose a new password if it was not you";
    let page = follow(&t, &mut visitor, &awa.email, "An API token was made", label);
    offers(&page, "form input[name=email]");
    t.login(&awa.email);
    assert_eq!(awa.delete("/me/sessions").status, 204);
    let page = follow(
        &t,
        &mut browser_of(&t, &awa.email),
        &awa.email,
        "Sessions of your account were ended",
        "See my sessions",
    );
    offers(&page, "main form");

    let user = awa.get("/me").expect(200)["id"].as_str().unwrap().to_owned();
    let admin = t.admin();
    admin.post(&format!("/users/{user}/suspend"), &json!({"reason": "under inquiry"})).expect(200);
    follow(&t, &mut visitor, &awa.email, "Your account is suspended", "See whom to ask");
    admin.post(&format!("/users/{user}/reinstate"), &json!({})).expect(200);
    let page = follow(&t, &mut visitor, &awa.email, "Your account is reinstated", "Log in");
    offers(&page, "form[action='/login'] input[type=password]");
}
