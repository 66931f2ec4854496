//! Addresses that a page of another site makes a browser open (number 19): they show, and in the name of their reader
//! nothing is charged, counted or recorded.

use serde_json::Value;

use crate::support::address_book::basic;
use crate::support::browser::Browser;
use crate::support::{Expect as _, Person, TestApp, story};

const SITES: [&str; 2] = ["cross-site", "same-site"];

/// How often the audit log says of a person, in an export of the own data, that the person did this.
fn recorded(export: &Value, action: &str) -> usize {
    export["audit"].as_array().unwrap().iter().filter(|entry| entry["action"] == action).count()
}

fn contact_of(person: &Person) -> String {
    let me = person.get("/me").expect(200);
    let found = person.get(&format!("/contacts?q={}", me["name"].as_str().unwrap().replace(' ', "%20"))).expect(200);
    found["data"][0]["id"].as_str().unwrap().to_owned()
}

#[story]
fn a19_a_page_of_another_site_uses_up_no_budget_of_its_reader_and_records_nothing(t: TestApp) {
    let awa = t.ncp("SN");
    let contact = contact_of(&awa);
    for site in SITES {
        let mut led = Browser::of(&t, &awa).with_header("sec-fetch-site", site);
        for address in
            ["/api/v1/me/export", "/api/v1/me/export?format=zip", "/api/v1/contacts.csv", "/api/v1/contacts.xlsx"]
        {
            assert_eq!(led.send("GET", address, None).refused(403), "cross_site", "{site} {address}");
        }
        for address in [format!("/api/v1/contacts/{contact}"), "/api/v1/contacts".to_owned()] {
            assert_eq!(led.send("GET", &address, None).refused(403), "cross_site", "{site} {address}");
        }
        for address in ["/directory".to_owned(), format!("/contacts/{contact}")] {
            let page = led.open(&address);
            assert_eq!(page.status, 403, "{site} {address}");
            assert!(page.has("Request from another website"), "{}", page.text());
            assert_eq!(page.link("Open this page from the portal"), address, "the way on is a link of the portal");
        }
    }
    let export = awa.get("/me/export").expect(200);
    assert_eq!((recorded(&export, "data_exported"), recorded(&export, "directory_exported")), (1, 0), "the own one");
}

#[story]
fn a19_a_link_of_another_site_leads_to_pages_that_only_show_and_own_links_to_all(t: TestApp) {
    let awa = t.ncp("SN");
    for site in SITES {
        let mut led = Browser::of(&t, &awa).with_header("sec-fetch-site", site);
        for address in ["/", "/announcements", "/account", "/account/data", "/account/appointments"] {
            assert_eq!(led.open(address).status, 200, "{site} {address}");
        }
    }
    for site in ["same-origin", "none"] {
        let mut own = Browser::of(&t, &awa).with_header("sec-fetch-site", site);
        assert_eq!(own.open("/directory").status, 200, "{site}");
        assert_eq!(own.send("GET", "/api/v1/contacts.csv", None).status, 200, "{site}");
    }
    // A program that a site of its own serves brings a token, which no browser sends by itself.
    let program = awa.with_header("sec-fetch-site", "cross-site");
    program.get("/contacts").expect(200);
}

#[story]
fn a19_a_page_of_another_site_fails_no_login_of_a_program_in_its_readers_network(t: TestApp) {
    let awa = t.ncp("SN");
    let invented = basic(&t, &awa.email, "what the page of another site wrote into an address");
    assert_eq!(invented.get("/carddav/directory/").status, 401);
    for site in SITES {
        let led = crate::support::address_book::Program(invented.0.with_header("sec-fetch-site", site));
        assert_eq!(led.get("/carddav/directory/").status, 403, "{site}");
    }
}

#[story]
fn a19_own_data_are_exported_by_a_form_and_by_no_address(t: TestApp) {
    let awa = t.ncp("SN");
    let mut browser = Browser::of(&t, &awa);
    assert_eq!(browser.open("/account/data/personal-data.zip").status, 404);
    let mut evil = Browser::of(&t, &awa).with_header("sec-fetch-site", "cross-site");
    assert_eq!(evil.send("POST", "/account/data", Some("")).status, 403);
    let file = browser.send("POST", "/account/data", Some(""));
    assert_eq!((file.status, file.header("content-type")), (200, Some("application/zip")));
}
