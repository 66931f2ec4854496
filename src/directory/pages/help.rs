//! How the directory gets into the address book of a phone or a mail program.

use askama::Template;

use crate::identity::guards::Visitor;
use crate::web::{Page, PageResult};

/// The page.
#[derive(Template)]
#[template(path = "directory/address-book.html")]
struct HelpPage<'a> {
    page: &'a Page,
    /// What programs are told as the address of the server.
    server: String,
}

/// Explains the address book. It is for everybody: it says nothing of people.
pub(super) async fn address_book(_: Visitor, page: Page) -> PageResult {
    let server = format!("{}/carddav/", page.site().public_url.trim_end_matches('/'));
    page.show(&HelpPage { page: &page, server })
}
