//! The security of the own account by pages: second factors, passkeys, password, address, sessions and API tokens.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::authenticator::Authenticator;
use crate::support::browser::Browser;
use crate::support::page::{Page, only, selector, text_of};
use crate::support::{Application, Expect as _, PASSWORD, TestApp, story};

const ORIGIN: &str = "https://portal.example";
const FIREFOX: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0";
/// Longer than a secret that is shown once can be opened.
const LATER: Duration = Duration::from_mins(11);

/// The key that a page shows for an authenticator app.
fn key_on(page: &Page) -> String {
    text_of(only(page.document(), "#key", &page.path))
}

/// The code that an app with this key shows now.
fn code_of(t: &TestApp, key: &str) -> String {
    let secret = totp_rs::Secret::try_from_base32(key.replace(' ', "")).unwrap();
    let totp = totp_rs::Builder::new().with_secret(secret).build().unwrap();
    totp.generate(u64::try_from(t.clock.now().as_seconds()).unwrap()).to_string()
}

/// A code that is not the one of now.
fn wrong_code_of(t: &TestApp, key: &str) -> &'static str {
    let right = code_of(t, key);
    ["000000", "111111", "222222", "333333"].into_iter().find(|code| *code != right).unwrap()
}

/// The recovery codes that a page shows.
pub fn codes_on(page: &Page) -> Vec<String> {
    page.document().select(&selector(".codes li")).map(text_of).collect()
}

/// What a page asks a passkey.
pub fn asked_on(page: &Page) -> Value {
    let document = page.document();
    let form = only(document, "form[data-passkey][hidden]", &page.path);
    serde_json::from_str(form.attr("data-options").unwrap()).unwrap()
}

/// Adds a passkey by the pages; returns it, and the page after that.
pub fn add_passkey(awa: &mut Browser, name: &str) -> (Authenticator, Page) {
    let page = awa.open("/account/security/passkeys/new");
    let page = awa.submit(&page, "Continue", &[]);
    let mut key = Authenticator::new(ORIGIN, format!("the passkey called {name}").as_bytes());
    let made = key.create(&asked_on(&page)).to_string();
    let page = awa.submit(&page, "Make the passkey", &[("name", name), ("credential", &made)]);
    (key, page)
}

#[story]
fn w3_who_must_have_a_second_factor_sets_it_up_first(t: TestApp) {
    let email = "office@portal.example";
    t.set_up(email, "Office");
    let mut office = Browser::anonymous(&t);
    let page = office.open("/login?next=%2Fprivacy");
    let page = office.log_in_on(&t, &page, email);
    assert_eq!(page.path, "/account/security?next=%2Fprivacy");
    assert!(page.has("Your role requires a second factor beside the password"), "{}", page.text());
    let page = office.click(&page, "Set up an authenticator app");
    let page = office.submit(&page, "Show the key", &[]);
    assert!(page.shows("main a[href^='otpauth://totp/']"), "for an app on the same phone: {}", page.html);
    let code = code_of(&t, &key_on(&page));
    let page = office.submit(&page, "Confirm the app", &[("code", &code)]);
    assert!(page.title().starts_with("Your recovery codes"), "{}", page.text());
    let page = office.submit(&page, "Continue", &[("kept", "yes")]);
    assert_eq!(page.path, "/privacy", "the page that was asked for first");
    let page = office.open("/account/security");
    assert!(page.has("Your role requires a second factor.") && !page.has("Please set up"), "{}", page.text());
    // A page of the own account is reached without the factor.
    let page = Browser::of(&t, &t.ncp("SN")).open("/account/security");
    assert!(page.has("Your role does not require a second factor"), "{}", page.text());
}

#[story]
fn w4_an_app_is_set_up_by_a_picture_or_a_text_and_a_wrong_code_keeps_the_key(t: TestApp) {
    let mut awa = Browser::of(&t, &t.ncp("SN"));
    let page = awa.open("/account/security");
    let page = awa.click(&page, "Set up an authenticator app");
    let page = awa.submit(&page, "Show the key", &[]);
    assert!(page.shows("svg.qr[role=img][aria-label] path") && page.shows("input[name=code]"), "{}", page.html);
    let key = key_on(&page);
    assert!(key.split(' ').all(|group| group.len() == 4) && key.len() == 39, "{key}");
    let reloaded = awa.open(&page.path);
    assert_eq!(key_on(&reloaded), key, "the page is loaded again");
    let refused = awa.submit(&page, "Confirm the app", &[("code", wrong_code_of(&t, &key))]);
    assert_eq!(refused.status, 422);
    assert_eq!(refused.error("code"), "This is not the code that the app shows now.");
    assert_eq!((key_on(&refused), refused.value("code")), (key.clone(), String::new()));
    // Nobody else sees the key, though they have the address.
    let other = Browser::of(&t, &t.ncp("KE")).open(&page.path);
    assert!(!other.shows("#key"), "{}", other.text());
    let code = code_of(&t, &key);
    let spaced = format!("{} {}", &code[..3], &code[3..]);
    let page = awa.submit(&refused, "Confirm the app", &[("code", &spaced)]);
    assert_eq!((page.status, codes_on(&page).len()), (200, 10), "{}", page.text());
    assert_eq!(awa.open("/account/security/authenticator").path, "/account/security", "there is one");
    let page = awa.open("/account/security/authenticator/remove");
    let page = awa.submit(&page, "Remove the app", &[]);
    assert!(page.has("The authenticator app was removed.") && page.has("not set up"), "{}", page.text());
}

#[story]
fn w4_a_key_that_waited_too_long_is_made_anew(t: TestApp) {
    let person = t.ncp("SN");
    let mut awa = Browser::of(&t, &person);
    let page = awa.open("/account/security/authenticator");
    let page = awa.submit(&page, "Show the key", &[]);
    let old = key_on(&page);
    t.pass(LATER);
    awa.log_in_anew(&t, &person.email);
    let page = awa.submit(&page, "Confirm the app", &[("code", &code_of(&t, &old))]);
    assert_eq!(page.status, 409);
    assert!(page.has("Please start again"), "{}", page.text());
    let page = awa.submit(&page, "Show the key", &[]);
    assert_ne!(key_on(&page), old);
}

#[story]
fn w5_recovery_codes_are_shown_once_until_they_are_kept(t: TestApp) {
    let person = t.with_app(&t.ncp("SN"));
    let mut awa = Browser::of(&t, &person);
    let page = awa.open("/account/security");
    assert!(page.has("10 left"), "{}", page.text());
    let page = awa.click(&page, "Make new recovery codes");
    assert!(page.has("Your earlier codes will no longer be valid."), "{}", page.text());
    let page = awa.submit(&page, "Make new codes", &[]);
    let (codes, address) = (codes_on(&page), page.path.clone());
    assert_eq!(codes.len(), 10);
    let refused = awa.submit(&page, "Continue", &[]);
    assert_eq!((refused.status, refused.error("kept").as_str()), (422, "This field is required."));
    assert_eq!(codes_on(&refused), codes, "they are still there");
    let page = awa.submit(&refused, "Continue", &[("kept", "yes")]);
    assert_eq!(page.path, "/account/security");
    assert!(page.has("Your recovery codes are ready for use."), "{}", page.text());
    assert_eq!(Browser::of(&t, &t.ncp("KE")).open(&address).path, "/account/security", "they are nobody else's");
    let mut again = Browser::anonymous(&t);
    let page = again.open("/login");
    let page = again.submit(&page, "Log in", &[("email", &person.email), ("password", PASSWORD)]);
    again.submit(&page, "Log in", &[("code", &codes[0])]);
    let page = again.open("/account/security");
    assert!(page.has("9 left"), "{}", page.text());
    t.pass(LATER);
    assert_eq!(awa.open(&address).path, "/account/security", "later there is nothing to show");
}

#[story]
fn w6_a_passkey_is_added_logs_in_alone_and_after_the_password_and_is_removed(t: TestApp) {
    let person = t.ncp("SN");
    let mut awa = Browser::of(&t, &person);
    let (mut key, page) = add_passkey(&mut awa, "Office laptop");
    assert_eq!(page.path, "/account/security");
    assert!(page.has("The passkey “Office laptop” was added."), "{}", page.text());
    assert!(page.has("You have no recovery codes left"), "a passkey alone can be lost");

    let mut alone = Browser::anonymous(&t);
    let page = alone.open("/login?next=%2Fprivacy");
    let page = alone.click(&page, "Log in with a passkey");
    assert!(page.has("scripts are turned off") && page.shows("script[type=module][src]"), "{}", page.html);
    let signed = key.get(&asked_on(&page)).to_string();
    let page = alone.submit(&page, "Use my passkey", &[("credential", &signed)]);
    assert_eq!((page.status, page.path.as_str()), (200, "/privacy"), "{}", page.text());

    let mut second = Browser::anonymous(&t);
    let page = second.open("/login?next=%2Fprivacy");
    let page = second.submit(&page, "Log in", &[("email", &person.email), ("password", PASSWORD)]);
    assert!(!page.asks_for_code(), "there is no code to ask for");
    let page = second.submit(&page, "Use my passkey", &[("credential", "{}")]);
    assert_eq!(page.status, 401);
    let signed = key.get(&asked_on(&page)).to_string();
    let page = second.submit(&page, "Use my passkey", &[("credential", &signed)]);
    assert_eq!((page.status, page.path.as_str()), (200, "/privacy"), "{}", page.text());

    let page = awa.open("/account/security/passkeys");
    let page = awa.click(&page, "Remove “Office laptop”");
    assert!(page.has("You can no longer log in with it."), "{}", page.text());
    let page = awa.submit(&page, "Remove the passkey", &[]);
    assert!(page.has("was removed") && page.has("You have no passkey yet."), "{}", page.text());
}

#[story]
fn w6_a_passkey_that_is_refused_can_be_tried_again(t: TestApp) {
    let mut awa = Browser::anonymous(&t);
    let page = awa.open("/login/passkey");
    let mut strange = Authenticator::new(ORIGIN, b"a passkey of another portal");
    strange.create(&json!({"publicKey": {
        "rp": {"id": "portal.example"}, "user": {"id": "AAAAAAAAAAAAAAAAAAAAAA"}, "challenge": "AAAA",
    }}));
    let first = asked_on(&page);
    let page = awa.submit(&page, "Use my passkey", &[("credential", &strange.get(&first).to_string())]);
    assert_eq!(page.status, 401);
    assert!(page.has("does not belong to your account"), "{}", page.text());
    assert_ne!(asked_on(&page)["publicKey"]["challenge"], first["publicKey"]["challenge"], "another question");
    assert_eq!(page.link("Log in with a password"), "/login");
}

#[story]
fn w6_a_suspected_passkey_is_accepted_by_its_owner(t: TestApp) {
    let person = t.with_app(&t.ncp("SN"));
    let mut awa = Browser::of(&t, &person);
    let (mut key, _) = add_passkey(&mut awa, "Office laptop");
    let mut log_in = |counter: u32| {
        let mut browser = Browser::anonymous(&t);
        let page = browser.open("/login/passkey");
        key.counter = counter;
        let signed = key.get(&asked_on(&page)).to_string();
        browser.submit(&page, "Use my passkey", &[("credential", &signed)]).status
    };
    assert_eq!((log_in(5), log_in(1)), (200, 401), "the counter went back");
    let page = awa.open("/account/security");
    assert!(page.has("One of your passkeys is suspended."), "{}", page.text());
    // The suspicion voids the proofs of earlier sessions.
    awa.log_in_anew(&t, &person.email);
    let page = awa.open("/account/security/passkeys");
    assert!(page.has("there may be a copy of it"), "{}", page.text());
    let page = awa.click(&page, "Accept “Office laptop” again");
    let page = awa.submit(&page, "Accept the passkey", &[]);
    assert!(page.has("can be used again") && !page.has("there may be a copy"), "{}", page.text());
    assert_eq!(log_in(1), 200);
}

#[story]
fn w7_a_password_is_changed_and_other_sessions_end(t: TestApp) {
    let person = t.ncp("SN");
    let (mut awa, mut other) = (Browser::of(&t, &person), Browser::of(&t, &person));
    let page = awa.open("/.well-known/change-password");
    assert_eq!(page.path, "/account/security/password");
    assert!(page.shows("[autocomplete=current-password]") && page.shows("[autocomplete=new-password]"));
    let new = "granite orchard velvet comet";
    let fields = [("current_password", "not this one at all"), ("new_password", new)];
    let page = awa.submit(&page, "Change the password", &fields);
    assert_eq!(page.error("current_password"), "This is not your current password.");
    assert_eq!((page.status, page.value("new_password").as_str()), (422, ""));
    let page = awa.submit(&page, "Change the password", &[("current_password", PASSWORD), ("new_password", "short")]);
    assert!(!page.error("new_password").is_empty(), "{}", page.text());
    let page = awa.submit(&page, "Change the password", &[("current_password", PASSWORD), ("new_password", new)]);
    assert_eq!((page.status, page.path.as_str()), (200, "/account/security"));
    assert!(page.has("Your password was changed."), "{}", page.text());
    assert!(other.open("/account/security").path.starts_with("/login?next="));
    assert_eq!(t.try_login("198.51.100.7", &person.email, new).status, 200);
}

#[story]
fn w7_an_address_changes_by_the_link_that_is_mailed_to_it(t: TestApp) {
    let person = t.ncp("SN");
    let mut awa = Browser::of(&t, &person);
    let page = awa.open("/account/security");
    let page = awa.click(&page, "Change your e-mail address");
    assert!(page.has(&person.email), "{}", page.text());
    let page = awa.submit(&page, "Send me the link", &[("email", "no address")]);
    assert_eq!((page.status, page.value("email").as_str()), (422, "no address"));
    assert!(!page.error("email").is_empty(), "{}", page.text());
    let new = "awa.diop@elsewhere.example";
    let page = awa.submit(&page, "Send me the link", &[("email", new)]);
    assert_eq!(page.path, "/account/security");
    assert!(page.has("an e-mail with a link has been sent") && page.has(&person.email), "{}", page.text());
    let token = t.mailed_token(new, "confirm-address");
    t.anonymous().post("/auth/email/confirm", &json!({"token": token})).unwrap().expect(200);
    let page = Browser::anonymous(&t).log_in(&t, new);
    assert_eq!(page.status, 200);
    // Where another account has the address, the page is the same.
    let elsewhere = t.ncp("KE").email;
    let mut awa = Browser::anonymous(&t);
    awa.log_in(&t, new);
    let page = awa.open("/account/security/address");
    let page = awa.submit(&page, "Send me the link", &[("email", &elsewhere)]);
    assert!(page.has("an e-mail with a link has been sent"), "{}", page.text());
}

#[story]
fn w21_sessions_are_named_as_people_name_them_and_ended(t: TestApp) {
    let person = t.ncp("SN");
    let mut awa = Browser::of(&t, &person);
    let mut office = Browser::anonymous(&t).with_header("user-agent", FIREFOX);
    office.log_in(&t, &person.email);
    let rows = |page: &Page| page.document().select(&selector("tbody tr")).count();
    let page = office.open("/account/sessions");
    let this = text_of(page.document().select(&selector("tbody tr")).next().unwrap());
    assert!(this.contains("Firefox on Windows") && this.contains("this device"), "{this}");
    let page = awa.open("/account/sessions");
    let page = awa.click(&page, "Rename Firefox on Windows");
    let page = awa.submit(&page, "Save the name", &[("name", "see https://evil.example")]);
    assert!(page.status == 422 && !page.error("name").is_empty(), "{}", page.text());
    let page = awa.submit(&page, "Save the name", &[("name", "Office computer")]);
    assert!(page.has("Office computer"), "{}", page.text());
    let before = rows(&page);
    let page = awa.submit(&page, "End Office computer", &[]);
    assert!(page.has("The session was ended.") && rows(&page) == before - 1, "{}", page.text());
    assert!(office.open("/account/sessions").path.starts_with("/login?next="));
    office.log_in(&t, &person.email);
    let page = awa.submit(&page, "End all other sessions", &[]);
    assert!(page.has("All other sessions were ended.") && rows(&page) == 1, "{}", page.text());
    assert!(office.open("/account/sessions").path.starts_with("/login?next="));
}

#[story]
fn w21_an_api_token_is_made_shown_once_and_revoked(t: TestApp) {
    let mut awa = Browser::of(&t, &t.ncp("SN"));
    let page = awa.open("/account/tokens");
    assert!(page.has("You have no API tokens."), "{}", page.text());
    let page = awa.click(&page, "Make an API token");
    assert!(page.shows("input[value='community:read']") && !page.shows("input[value='registrations:decide']"));
    let page = awa.submit(&page, "Make the token", &[("name", ""), ("expires_in_days", "soon")]);
    assert!(page.status == 422 && page.shows("#scopes .wrong"), "{}", page.text());
    assert!(!page.error("name").is_empty() && !page.error("expires_in_days").is_empty(), "{}", page.text());
    let fields = [("name", "Address book"), ("scopes", "community:read"), ("expires_in_days", "30")];
    let page = awa.submit(&page, "Make the token", &fields);
    let (secret, address) = (text_of(only(page.document(), "#token", &page.path)), page.path.clone());
    let program = t.anonymous().with_token(&secret);
    program.get("/members").unwrap().expect(200);
    assert!(!Browser::of(&t, &t.ncp("KE")).open(&address).has(&secret), "it is nobody else's");
    let page = awa.click(&page, "I have copied the token");
    assert!(page.has("Address book") && page.has("read the directory and announcements"), "{}", page.text());
    assert!(!page.html.contains(&secret));
    let page = awa.click(&page, "Revoke “Address book”");
    let page = awa.submit(&page, "Revoke the token", &[]);
    assert!(page.has("The API token was revoked.") && page.has("You have no API tokens."), "{}", page.text());
    assert_eq!(program.get("/members").unwrap().refused(401), "token_invalid");
    t.pass(LATER);
    assert_eq!(awa.open(&address).path, "/account/tokens", "later there is nothing to show");
}

#[story]
fn w27_a_form_of_the_account_wants_a_fresh_proof_before_it_is_filled_in(t: TestApp) {
    let mut awa = Browser::of(&t, &t.ncp("SN"));
    t.pass(Duration::from_mins(6));
    for path in ["/account/security/authenticator", "/account/security/address", "/account/tokens/new"] {
        let page = awa.open(path);
        assert!(page.path.starts_with("/prove?next=%2Faccount"), "{path} leads to {}", page.path);
    }
    let page = awa.open("/account/tokens/new");
    let page = awa.submit(&page, "Confirm", &[("password", PASSWORD)]);
    assert_eq!(page.path, "/account/tokens/new");
}

#[story]
fn w46_the_pages_of_the_account_are_french_for_those_who_read_french(t: TestApp) {
    let person = t.member(&Application::new("SN", "Awa Diop").reading("fr"));
    let mut awa = Browser::anonymous(&t).reading("fr");
    let page = awa.open("/login");
    awa.submit(&page, "Se connecter", &[("email", &person.email), ("password", PASSWORD)]);
    for path in [
        "/account/security",
        "/account/security/authenticator",
        "/account/security/passkeys",
        "/account/security/passkeys/new",
        "/account/security/password",
        "/account/security/address",
        "/account/sessions",
        "/account/tokens",
        "/account/tokens/new",
    ] {
        let page = awa.open(path);
        assert_eq!((page.status, page.path.as_str(), page.header("content-language")), (200, path, Some("fr")));
    }
}
