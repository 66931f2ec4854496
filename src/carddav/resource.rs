//! The resources below `/carddav/` and their properties.

use super::{CARD, DAV, Name, SERVER};
use crate::db::Id;
use crate::directory::formats::{Card, Version, vcard};
use crate::text::xml::escaped;

/// The maximum size of a card, as declared to programs, in bytes. Cards have about a thousandth of it.
const MAX_CARD: &str = "1048576";

/// A resource (RFC 4918).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Resource {
    /// `/carddav/`, the home of the one address book.
    Home,
    /// The reader.
    Principal,
    /// The address book.
    Book,
    /// A card in it.
    Card(Id),
}

impl Resource {
    /// The resource of a path, or of a whole URL.
    pub(super) fn of(href: &str) -> Option<Self> {
        let path = href.split_once("://").and_then(|(_, rest)| rest.find('/').and_then(|at| rest.get(at..)));
        match path.unwrap_or(href).strip_prefix("/carddav/")? {
            "" => Some(Self::Home),
            "principal/" | "principal" => Some(Self::Principal),
            "directory/" | "directory" => Some(Self::Book),
            // One spelling only, so that a card has one address.
            path => {
                let id: Id = path.strip_prefix("directory/")?.strip_suffix(".vcf")?.parse().ok()?;
                Some(Self::Card(id)).filter(|card| card.href().ends_with(path))
            }
        }
    }

    /// Its path.
    pub(super) fn href(self) -> String {
        match self {
            Self::Home => "/carddav/".to_owned(),
            Self::Principal => "/carddav/principal/".to_owned(),
            Self::Book => "/carddav/directory/".to_owned(),
            Self::Card(id) => format!("/carddav/directory/{id}.vcf"),
        }
    }
}

/// The present state of the address book for one reader.
pub(super) struct State {
    /// The name of the book.
    pub(super) name: String,
    /// The name of the reader.
    pub(super) reader: String,
    /// A text that changes with the book.
    pub(super) tag: String,
    /// The present sync token.
    pub(super) token: String,
}

/// The properties of collections and of the principal, in the order in which they are answered.
const COLLECTION: [(&str, &str); 14] = [
    (DAV, "resourcetype"),
    (DAV, "displayname"),
    (DAV, "current-user-principal"),
    (DAV, "principal-URL"),
    (DAV, "owner"),
    (DAV, "current-user-privilege-set"),
    (DAV, "supported-report-set"),
    (DAV, "sync-token"),
    (SERVER, "getctag"),
    (CARD, "addressbook-home-set"),
    (CARD, "addressbook-description"),
    (CARD, "supported-address-data"),
    (CARD, "supported-collation-set"),
    (CARD, "max-resource-size"),
];

/// The properties of a card.
const CARDS: [(&str, &str); 6] = [
    (DAV, "resourcetype"),
    (DAV, "getetag"),
    (DAV, "getcontenttype"),
    (DAV, "getlastmodified"),
    (DAV, "current-user-principal"),
    (DAV, "current-user-privilege-set"),
];

const PRIVILEGES: &str = "<D:privilege><D:read/></D:privilege>\
                          <D:privilege><D:read-current-user-privilege-set/></D:privilege>";
const PRINCIPAL: &str = "<D:href>/carddav/principal/</D:href>";
const REPORTS: &str = "<D:supported-report><D:report><C:addressbook-multiget/></D:report></D:supported-report>\
                       <D:supported-report><D:report><C:addressbook-query/></D:report></D:supported-report>\
                       <D:supported-report><D:report><D:sync-collection/></D:report></D:supported-report>";
const FORMATS: &str = "<C:address-data-type content-type=\"text/vcard\" version=\"3.0\"/>\
                       <C:address-data-type content-type=\"text/vcard\" version=\"4.0\"/>";
const COLLATIONS: &str = "<C:supported-collation>i;ascii-casemap</C:supported-collation>\
                          <C:supported-collation>i;octet</C:supported-collation>\
                          <C:supported-collation>i;unicode-casemap</C:supported-collation>";

fn names(list: &[(&str, &str)]) -> Vec<Name> {
    list.iter().map(|&(namespace, name)| (namespace.to_owned(), name.to_owned())).collect()
}

/// The names of the properties that a resource has.
pub(super) fn known(resource: Resource, state: &State) -> Vec<Name> {
    names(&COLLECTION).into_iter().filter(|name| property(resource, state, name).is_some()).collect()
}

/// The names of the properties of a card.
pub(super) fn known_of_card() -> Vec<Name> {
    names(&CARDS)
}

/// A property of a resource that is no card, as XML; none where the resource does not have it.
pub(super) fn property(resource: Resource, state: &State, (namespace, name): &Name) -> Option<String> {
    let (is_book, is_principal) = (resource == Resource::Book, resource == Resource::Principal);
    let of_book = |value: &str| is_book.then(|| value.to_owned());
    match (namespace.as_str(), name.as_str()) {
        (DAV, "resourcetype") => Some(match resource {
            Resource::Principal => "<D:principal/>".to_owned(),
            Resource::Book => "<D:collection/><C:addressbook/>".to_owned(),
            Resource::Home | Resource::Card(_) => "<D:collection/>".to_owned(),
        }),
        (DAV, "displayname") => Some(escaped(if is_principal { &state.reader } else { &state.name })),
        (DAV, "current-user-principal") => Some(PRINCIPAL.to_owned()),
        (DAV, "current-user-privilege-set") => Some(PRIVILEGES.to_owned()),
        (DAV, "principal-URL") => is_principal.then(|| PRINCIPAL.to_owned()),
        (DAV, "owner") => of_book(PRINCIPAL),
        (DAV, "supported-report-set") => Some(if is_book { REPORTS.to_owned() } else { String::new() }),
        (DAV, "sync-token") => of_book(&escaped(&state.token)),
        (SERVER, "getctag") => of_book(&escaped(&state.tag)),
        (CARD, "addressbook-home-set") => {
            (is_principal || resource == Resource::Home).then(|| "<D:href>/carddav/</D:href>".to_owned())
        }
        (CARD, "addressbook-description") => of_book(&escaped(&state.name)),
        (CARD, "supported-address-data") => of_book(FORMATS),
        (CARD, "supported-collation-set") => of_book(COLLATIONS),
        (CARD, "max-resource-size") => of_book(MAX_CARD),
        _ => None,
    }
}

/// A property of a card, as XML; none where cards do not have it.
pub(super) fn property_of_card(card: &Card<'_>, (namespace, name): &Name) -> Option<String> {
    match (namespace.as_str(), name.as_str()) {
        (DAV, "resourcetype") => Some(String::new()),
        (DAV, "getetag") => Some(escaped(tag(card))),
        (DAV, "getcontenttype") => Some("text/vcard; charset=utf-8".to_owned()),
        (DAV, "getlastmodified") => Some(card.contact.updated_at.http_date()),
        (DAV, "current-user-principal") => Some(PRINCIPAL.to_owned()),
        (DAV, "current-user-privilege-set") => Some(PRIVILEGES.to_owned()),
        _ => None,
    }
}

/// The entity tag of a card, in quotation marks. All vCard versions of a card share it.
pub(super) fn tag(card: &Card<'_>) -> String {
    crate::http::etag::of_bytes(vcard(card, Version::V4).as_bytes()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_has_one_address() {
        let id: Id = "01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap();
        for resource in [Resource::Home, Resource::Principal, Resource::Book, Resource::Card(id)] {
            assert_eq!(Resource::of(&resource.href()), Some(resource));
            assert_eq!(Resource::of(&format!("https://portal.example{}", resource.href())), Some(resource));
        }
        for other in [
            "/",
            "/carddav/other/",
            "/carddav/directory/x.vcf",
            "/carddav/directory/01890A5D-AC96-774B-BCCE-B302099A8057.vcf",
            "/carddav/directory/01890a5dac96774bbcceb302099a8057.vcf",
            "/carddav/directory/../principal/",
        ] {
            assert_eq!(Resource::of(other), None, "{other}");
        }
    }
}
