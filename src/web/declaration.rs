//! Pages, each declared once: address, methods and handlers. The first parameter of each handler is its guard.
//!
//! A feature declares its pages in `pages::routes`. From that list come the resources of the server
//! ([`Pages::configure`]) and the rows ([`Pages::rows`]) with which tests compare the table of `docs/web-portal.md` and
//! ask every page as every role. A handler whose first parameter is not a [`Guard`](crate::http::operations::Guard)
//! does not compile, so no page is served without saying who it is for.
//!
//! Addresses are matched in their order, words before parameters, so the order of declaration does not matter.
//!
//! Left out: the API (`http::operations`), and files for programs.

use actix_web::dev::{AppService, HttpServiceFactory};
use actix_web::http::Method;
use actix_web::{FromRequest, Handler, Resource, Responder, Route, Scope, web};

use crate::http::operations::{Access, Guard as _, GuardedHandler, by_section, precedence};
use crate::http::{Anyone, BodyLimit, ServedPath};

/// An address with what it answers.
struct Declared {
    path: String,
    /// The same when it was declared, since a scope takes its part away.
    pattern: String,
    /// Method, who may use it, and the handler.
    routes: Vec<(Method, Access, Route)>,
    /// Answers that say nothing about anybody, as to OPTIONS.
    open: Vec<Route>,
    limit: Option<BodyLimit>,
    has_slash: bool,
    leads_to: Option<&'static str>,
}

impl Declared {
    fn at(path: &str) -> Self {
        let (routes, open) = (Vec::new(), Vec::new());
        Self {
            path: path.to_owned(),
            pattern: path.to_owned(),
            routes,
            open,
            limit: None,
            has_slash: false,
            leads_to: None,
        }
    }

    fn on<F, Args>(mut self, method: Method, handler: F) -> Self
    where
        F: GuardedHandler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        let access = Access { guard: F::Guard::NAME, is_login: F::Guard::IS_LOGIN };
        let route = web::method(method.clone()).to(handler);
        self.routes.push((method, access, route));
        self
    }

    /// The same within a scope of this path.
    fn below(mut self, scope: &str) -> Self {
        self.path = self.path.strip_prefix(scope).unwrap_or(&self.path).to_owned();
        self
    }

    fn resource(self) -> Resource {
        let with_slash = self.has_slash.then(|| format!("{}/", self.path));
        let paths: Vec<String> = [self.path].into_iter().chain(with_slash).collect();
        let handlers = self.routes.into_iter().map(|(_, _, route)| route).chain(self.open);
        let served = ServedPath::new(&named(&self.pattern));
        let resource = handlers.fold(web::resource(paths).app_data(served), Resource::route);
        match self.limit {
            Some(limit) => resource.app_data(limit),
            None => resource,
        }
    }
}

impl HttpServiceFactory for Declared {
    fn register(self, config: &mut AppService) {
        match self.leads_to {
            Some(page) => web::redirect(self.path, page).register(config),
            None => self.resource().register(config),
        }
    }
}

/// The pages of a feature, or of several.
#[derive(Default)]
pub struct Pages(Vec<Declared>);

impl Pages {
    /// No pages yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A page that is only read.
    #[must_use]
    pub fn page<F, Args>(mut self, path: &str, show: F) -> Self
    where
        F: GuardedHandler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.0.push(Declared::at(path).on(Method::GET, show));
        self
    }

    /// A page with a form that posts to the same address.
    #[must_use]
    pub fn form<F, Asked, G, Sent>(mut self, path: &str, ask: F, act: G) -> Self
    where
        F: GuardedHandler<Asked>,
        Asked: FromRequest + 'static,
        F::Output: Responder + 'static,
        G: GuardedHandler<Sent>,
        Sent: FromRequest + 'static,
        G::Output: Responder + 'static,
    {
        self.0.push(Declared::at(path).on(Method::GET, ask).on(Method::POST, act));
        self
    }

    /// An address that a button of another page posts to.
    #[must_use]
    pub fn button<F, Args>(mut self, path: &str, act: F) -> Self
    where
        F: GuardedHandler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.0.push(Declared::at(path).on(Method::POST, act));
        self
    }

    /// An address that leads to a page.
    #[must_use]
    pub fn leading_to(mut self, path: &str, page: &'static str) -> Self {
        let mut declared = Declared::at(path);
        declared.leads_to = Some(page);
        self.0.push(declared);
        self
    }

    /// All addresses so far take bodies up to this limit.
    #[must_use]
    pub fn with_body(mut self, limit: BodyLimit) -> Self {
        self.0.iter_mut().for_each(|declared| declared.limit = Some(limit));
        self
    }

    /// All addresses so far are good with a slash at their end too: some mail programs add one to links.
    #[must_use]
    pub fn with_slash(mut self) -> Self {
        self.0.iter_mut().for_each(|declared| declared.has_slash = true);
        self
    }

    /// All addresses so far answer OPTIONS, whoever asks.
    #[must_use]
    pub fn with_options<F, Args>(mut self, handler: &F) -> Self
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        let options = || web::method(Method::OPTIONS).to(handler.clone());
        self.0.iter_mut().for_each(|declared| declared.open.push(options()));
        self
    }

    /// Joins two lists.
    #[must_use]
    pub fn and(mut self, others: Self) -> Self {
        self.0.extend(others.0);
        self
    }

    /// Method, address and access of each page, in the order of declaration. An address names its parameters without
    /// their patterns, as in `/people/{id}`.
    #[must_use]
    pub fn rows(&self) -> Vec<(Method, String, Access)> {
        let leads = Access { guard: Anyone::NAME, is_login: Anyone::IS_LOGIN };
        let rows = self.0.iter().flat_map(|declared| {
            let routes = declared.routes.iter().map(|(method, access, _)| (method.clone(), *access));
            let led = declared.leads_to.map(|_| (Method::GET, leads));
            routes.chain(led).map(move |(method, access)| (method, named(&declared.path), access))
        });
        rows.collect()
    }

    /// Registers the resources of all pages.
    pub fn configure(mut self, config: &mut web::ServiceConfig) {
        self.0.sort_by(|one, other| precedence(&one.path, &other.path));
        for (section, pages) in by_section(self.0, |declared| &declared.path) {
            if section.is_empty() {
                for declared in pages {
                    config.service(declared);
                }
            } else {
                let below = pages.into_iter().map(|declared| declared.below(&section));
                config.service(below.fold(web::scope(&section), Scope::service));
            }
        }
    }
}

/// A path whose parameters have no patterns.
fn named(path: &str) -> String {
    let segment = |segment: &str| match segment.strip_prefix('{').and_then(|rest| rest.split_once(':')) {
        Some((name, _)) => format!("{{{name}}}"),
        None => segment.to_owned(),
    };
    path.split('/').map(segment).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_its_parameters_without_patterns() {
        assert_eq!(named("/announcements/{id:[0-9a-f-]{36}}/read"), "/announcements/{id}/read");
        assert_eq!(named("/members/{code}/edit"), "/members/{code}/edit");
    }
}
