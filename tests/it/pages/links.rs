//! Every link of a page leads to a page or a file: the pages of each role are followed from the home page on.

use std::collections::{BTreeSet, VecDeque};

use serde_json::json;

use crate::support::browser::{Browser, selector};
use crate::support::{Application, Expect as _, Person, TestApp, story};

/// Pages that are opened for one person; the links of all of them are followed.
const MOST: usize = 120;

/// The links of the pages below the home page, each with the page that has it.
fn follow(t: &TestApp, person: &Person) {
    let mut browser = Browser::of(t, person);
    let (mut known, mut open) = (BTreeSet::from(["/".to_owned()]), VecDeque::from([("/".to_owned(), String::new())]));
    let mut opened = 0;
    while let Some((address, from)) = open.pop_front().filter(|_| opened < MOST) {
        opened += 1;
        // Files and the documentation of the API are no pages.
        let is_file =
            ["/api/", "/docs", "/assets/"].iter().any(|path| address.starts_with(path)) || address.contains(".zip");
        if is_file {
            continue;
        }
        let page = browser.open(&address);
        assert_ne!(page.status, 404, "{address}, linked on {from}");
        let (document, own) = (page.document(), selector("a[href^='/']"));
        let links = document.select(&own).filter_map(|link| link.attr("href"));
        for link in links.filter_map(|link| link.split('#').next()) {
            if known.insert(link.to_owned()) {
                open.push_back((link.to_owned(), address.clone()));
            }
        }
    }
    assert!(opened > 20, "{opened}");
}

#[story]
fn w63_no_link_of_a_page_leads_nowhere(t: TestApp) {
    t.apply_and_verify(&Application::new("SN", "Fatou Sow"));
    let mut application = Application::new("SN", "Moussa Fall");
    application.role = "coordinator";
    let (awa, moussa, admin) = (t.ncp("SN"), t.member(&application), t.admin());
    let draft = json!({
        "default_language": "en",
        "variants": {"en": {"subject": "To decide", "body_markdown": "Something."}},
    });
    admin.post("/announcements", &draft).expect(201);
    for person in [&awa, &moussa, &admin] {
        follow(&t, person);
    }
}
