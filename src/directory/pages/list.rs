//! The search: words, filters with counts, orders, and downloads of what was found.
//!
//! One call of the service has the rows, the total and the counts, in one unit of work; names of filters are among the
//! counts. So the page costs what the same call of the API costs, and its rendering. Its content is kept for the next
//! reader with the same rights and the same language (`kept`); the frame around it is the reader's own.

use actix_web::{HttpRequest, web};
use askama::Template;

use super::super::Directory;
use super::super::kept::{Asked, Found, Rendered, may_keep};
use super::super::routes::{address as sent_address, cursor, position};
use super::super::types::{Confirmation, Contact, Sort};
use super::highlight::{self, Piece};
use super::links;
use super::query::{DirectoryQuery, address, first_address};
use crate::directory::Position;
use crate::error::{Error, OrInternal as _};
use crate::http::pagination::{FacetValue, Facets, next_address};
use crate::http::{Prepared, Query, follows_own_write};
use crate::identity::guards::ActiveContact;
use crate::policy::Principal;
use crate::text;
use crate::web::{Choice, ListPlace, Page, PageResult};

/// The path of the page.
const PATH: &str = "/directory";
/// Filters with few values, which are shown as checkboxes.
const FEW: [&str; 3] = ["region", "role", "confirmation"];
/// Filters with many values, which are chosen from a list.
const MANY: [&str; 3] = ["member", "language", "technology"];

/// The content of the page.
#[derive(Template)]
#[template(path = "directory/list.html", block = "content")]
struct ListPage<'a> {
    page: &'a Page,
    query: &'a DirectoryQuery,
    total: u64,
    /// Whether the cursor was none of this list.
    is_stale: bool,
    few: Vec<FewValues>,
    many: Vec<ManyValues>,
    /// The filters that are kept as they are: `runs` and `willing`.
    kept: Vec<(&'static str, &'a str)>,
    chosen: Vec<Chosen>,
    orders: Vec<Order>,
    rows: Vec<Row>,
    /// The parameters of the downloads, with their `?`.
    download: String,
    /// The first page, where this is another one; empty otherwise.
    first: String,
    /// The next page; empty on the last.
    next: String,
}

/// A filter of checkboxes.
struct FewValues {
    name: &'static str,
    label: String,
    values: Vec<FacetValue>,
    is_open: bool,
}

/// A filter of which one value more can be chosen.
struct ManyValues {
    name: &'static str,
    label: String,
    chosen: Vec<String>,
    /// The option that chooses nothing more: it names what is chosen.
    none: String,
    options: Vec<Choice>,
}

/// A filter that was chosen, and the page without it.
struct Chosen {
    text: String,
    address: String,
}

struct Order {
    text: String,
    address: String,
    is_current: bool,
}

/// A contact.
struct Row {
    address: String,
    name: Vec<Piece>,
    job_title: Vec<Piece>,
    role: String,
    member: Vec<Piece>,
    member_address: String,
    /// The other name by which its organisation was found.
    also_called: String,
    /// The link to write to it; empty where the viewer may not see the address. The same of the telephone.
    email_link: String,
    email: Vec<Piece>,
    phone_link: String,
    phone: Vec<Piece>,
    /// The state of its confirmation; empty where it is confirmed.
    warning: String,
}

/// Searches the directory.
pub(super) async fn search(
    viewer: ActiveContact,
    page: Page,
    directory: web::Data<Directory>,
    request: HttpRequest,
    query: Query<DirectoryQuery>,
) -> PageResult {
    let query = query.0.cleaned();
    let place = ListPlace::of(&request, &query.cursor, position)?;
    let asked = Asked::ListPage(sent_address(&request), page.language());
    let is_open = may_keep(&query.request()) && !follows_own_write(&request);
    let (questions, most) = (std::slice::from_ref(&asked), place.request.rows());
    let found = match directory.look_up(&viewer, questions, is_open, most, |_| true).await? {
        Found::Kept(known) => known,
        Found::Missing(free) => free.keep(asked, render(&viewer, &page, &directory, &request, query, place).await?),
    };
    page.show_content(PATH, &found.title, found.answer.bytes())
}

/// Reads what was asked for, and renders the content of the page.
async fn render(
    viewer: &Principal,
    page: &Page,
    directory: &Directory,
    request: &HttpRequest,
    query: DirectoryQuery,
    place: ListPlace<Position>,
) -> Result<Rendered, Error> {
    // Labels and the order of organisations are those of the language of the page.
    let reader = Principal { language: page.language(), ..viewer.clone() };
    let found = directory.list(&reader, query.request(), place.after, place.request.rows()).await?;
    let list = place.request.into_page(found.rows, |(_, position)| cursor(position))?;
    let words = text::words(&query.q);
    let facets = found.facets.unwrap_or_default();
    let next = list.page.next_cursor.map(|cursor| next_address(request, &cursor));
    let is_first = query.cursor.is_empty() || place.is_stale;
    let parameters = query.parameters(None);
    let content = ListPage {
        page,
        query: &query,
        total: found.total.unwrap_or_default(),
        is_stale: place.is_stale,
        few: FEW.iter().map(|&name| few(page, name, &facets)).collect(),
        many: MANY.iter().map(|&name| many(page, name, &query, &facets)).collect(),
        kept: kept(&query),
        chosen: chosen(page, &query, &facets),
        orders: orders(page, &query),
        rows: list.data.iter().map(|(contact, _)| row(page, contact, &words)).collect(),
        download: if parameters.is_empty() { String::new() } else { format!("?{parameters}") },
        first: if is_first { String::new() } else { first_address(page.path(), request.query_string()) },
        next: next.unwrap_or_default(),
    };
    let content = Prepared::content(content.render().or_internal()?);
    let contacts = list.data.iter().map(|(contact, _)| contact);
    Ok(Rendered::of(content, Page::title(&page.text("page-directory"))?, contacts))
}

fn values<'a>(facets: &'a Facets, name: &str) -> &'a [FacetValue] {
    facets.get(name).map(Vec::as_slice).unwrap_or_default()
}

fn few(page: &Page, name: &'static str, facets: &Facets) -> FewValues {
    let values: Vec<FacetValue> = values(facets, name).to_vec();
    let is_open = name == "region" || values.iter().any(|value| value.selected);
    FewValues { name, label: page.text(&format!("directory-facet-{name}")), values, is_open }
}

fn many(page: &Page, name: &'static str, query: &DirectoryQuery, facets: &Facets) -> ManyValues {
    // Not those that the counts name as selected: `runs` selects organisations, too.
    let filters = query.filters().into_iter();
    let chosen: Vec<String> = filters.filter(|(of, _)| *of == name).map(|(_, value)| value.to_owned()).collect();
    let mut others: Vec<&FacetValue> =
        values(facets, name).iter().filter(|value| value.count > 0 && !chosen.contains(&value.value)).collect();
    others.sort_by_cached_key(|value| text::sort_key(&value.label));
    let option = |value: &FacetValue| Choice::new(&value.value, format!("{} ({})", value.label, value.count));
    let known = |code: &String| values(facets, name).iter().find(|value| value.value == *code);
    let label = |code: &String| known(code).map_or_else(|| code.clone(), |value| value.label.clone());
    let labels: Vec<String> = chosen.iter().map(label).collect();
    // Some names are as wide as the field: that more can be chosen is said above it.
    let facet = page.text(&format!("directory-facet-{name}"));
    let (none, label) = if labels.is_empty() {
        (page.text("directory-any"), facet)
    } else {
        (labels.join(", "), page.say("directory-no-more", "facet", facet))
    };
    ManyValues { name, none, label, chosen, options: others.into_iter().map(option).collect() }
}

fn kept(query: &DirectoryQuery) -> Vec<(&'static str, &str)> {
    query.filters().into_iter().filter(|(name, _)| ["runs", "willing"].contains(name)).collect()
}

fn chosen(page: &Page, query: &DirectoryQuery, facets: &Facets) -> Vec<Chosen> {
    let label = |facet: &str, value: &str| {
        let known = values(facets, facet).iter().find(|known| known.value == value);
        known.map_or_else(|| value.to_owned(), |known| known.label.clone())
    };
    let text = |name: &str, value: &str| match name {
        "runs" => page.say("directory-filter-runs", "technology", label("technology", value)),
        "willing" => page.text(&format!("directory-filter-willing-{value}")),
        _ => label(name, value),
    };
    let filters = query.filters().into_iter();
    filters
        .map(|(name, value)| Chosen {
            text: text(name, value),
            address: address(&query.parameters(Some((name, value)))),
        })
        .collect()
}

fn orders(page: &Page, query: &DirectoryQuery) -> Vec<Order> {
    let order = |(order, key): (Sort, &str)| Order {
        text: page.text(key),
        address: query.ordered(order),
        is_current: query.order() == order,
    };
    let orders = [
        (Sort::Name, "directory-order-name"),
        (Sort::Member, "directory-order-member"),
        (Sort::Updated, "directory-order-updated"),
    ];
    orders.into_iter().map(order).collect()
}

fn row(page: &Page, contact: &Contact, words: &[String]) -> Row {
    let is_by = |field: &str| contact.matched.iter().any(|matched| matched.split(':').next() == Some(field));
    let pieces = |field: &str, value: &str| {
        if is_by(field) { highlight::found(value, words) } else { highlight::plain(value) }
    };
    let (member, names) = (contact.member.name_in(page.language()), names(contact));
    let is_confirmed = contact.confirmation == Confirmation::Confirmed;
    let (email, phone) = (contact.email.as_deref().unwrap_or_default(), contact.phone.as_deref().unwrap_or_default());
    Row {
        address: format!("/contacts/{}", contact.id),
        name: pieces("name", &contact.name),
        job_title: pieces("job_title", contact.job_title.as_deref().unwrap_or_default()),
        role: page.words("role", contact.role.as_str()),
        member: vec![Piece { text: member.to_owned(), is_found: names.contains(&member) }],
        member_address: format!("/members/{}", contact.member.code),
        also_called: names.into_iter().find(|name| *name != member).unwrap_or_default().to_owned(),
        email_link: links::mail(email),
        email: pieces("email", email),
        phone_link: links::telephone(phone),
        phone: pieces("phone", phone),
        warning: if is_confirmed { String::new() } else { page.words("confirmation", contact.confirmation.as_str()) },
    }
}

/// The names of its organisation by which a contact was found.
fn names(contact: &Contact) -> Vec<&str> {
    let of_member = ["name_en", "name_fr", "alias", "code"];
    let found = contact.matched.iter().filter_map(|matched| matched.split_once(':'));
    found.filter(|(field, _)| of_member.contains(field)).map(|(_, name)| name).collect()
}
