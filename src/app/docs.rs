//! `/docs` and `/openapi.json`: the description of the API, for people and for programs.
//!
//! Nobody logs in for them, so each file is put together and compressed once in the life of a process.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, web};
use quick_cache::sync::Cache;
use utoipa_swagger_ui::{Config, serve};

use crate::error::{Error, OrInternal as _};
use crate::http::fixed::Fixed;
use crate::openapi;

/// Where the description is.
const DESCRIPTION: &str = "/openapi.json";
/// As many files as there are, and a few more.
const FILES: usize = 64;

/// What is served here.
pub(super) struct Docs {
    page: Arc<Config<'static>>,
    files: Cache<String, Fixed>,
}

impl Default for Docs {
    fn default() -> Self {
        Self { page: Arc::new(Config::from(DESCRIPTION)), files: Cache::new(FILES) }
    }
}

impl Docs {
    /// The file of this name, made where nobody has asked for it yet.
    async fn file(
        &self,
        name: &str,
        make: impl FnOnce() -> Result<Fixed, Error> + Send + 'static,
    ) -> Result<Fixed, Error> {
        let make = async { web::block(make).await.or_internal()? };
        self.files.get_or_insert_async(name, make).await
    }
}

/// The routes of this file.
pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .service(web::resource(DESCRIPTION).route(web::get().to(description)))
        .service(web::resource("/docs/{path:.*}").route(web::get().to(file)));
}

async fn description(docs: web::Data<Docs>, request: HttpRequest) -> Result<HttpResponse, Error> {
    let make = || Fixed::new("application/json", serde_json::to_vec(&openapi::document()).or_internal()?);
    Ok(docs.file(DESCRIPTION, make).await?.respond(&request))
}

async fn file(docs: web::Data<Docs>, request: HttpRequest, path: web::Path<String>) -> Result<HttpResponse, Error> {
    let (path, page) = (path.into_inner(), Arc::clone(&docs.page));
    let asked = path.clone();
    let make = move || {
        let found = serve(&asked, page).map_err(|error| Error::internal(error.to_string()))?;
        let found = found.ok_or_else(Error::not_found)?;
        Fixed::new(&found.content_type, found.bytes.into_owned())
    };
    Ok(docs.file(&path, make).await?.respond(&request))
}
