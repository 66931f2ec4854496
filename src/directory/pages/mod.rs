//! Pages of the directory: the search, a contact, its change, and how to add the address book to a phone.
//!
//! - `list` the search with its filters, orders and downloads
//! - `query` the parameters of that page, and the addresses of others with one parameter changed
//! - `highlight` which words of a text a search found
//! - `links` to write to people and to call them
//! - `contact` one contact; `editing` the form that changes it
//! - `help` the address book on a phone
//!
//! Left out: the own entry, which is a page of the account.

mod contact;
mod editing;
mod help;
mod highlight;
mod links;
mod list;
mod query;

use crate::web::Pages;

/// The routes of these pages.
#[must_use]
pub fn routes() -> Pages {
    Pages::new()
        .page("/directory", list::search)
        .page("/contacts/{id}", contact::show)
        .form("/contacts/{id}/edit", editing::ask, editing::save)
        .page("/help/address-book", help::address_book)
}
