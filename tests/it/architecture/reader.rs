//! Reads the source of the portal: the names that each file uses of others, the tables that it writes, the length of
//! its functions.
//!
//! A file is read as tokens and parsed by `syn`. Code for unit tests is removed first: every item under `#[cfg(test)]`,
//! and the file of a module that is declared under it. Everything else is read: `use` trees of any nesting, paths
//! within functions, attributes and the arguments of macros. A path is followed through re-exports to the file that
//! defines its item.
//!
//! Not seen: methods that are called on a value which another file passes, and names that a macro composes.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr as _;

use proc_macro2::TokenStream;
use syn::visit::{self, Visit};
use syn::{Block, ImplItemFn, Item, ItemFn, ItemImpl, ItemUse, Signature, TraitItemFn, Type, UseTree, Visibility};

use super::tokens::{Token, flatten, paths, without_tests, writes};

/// How many re-exports and names for names are followed.
const DEEPEST: usize = 8;

/// The facts about a file that the tests need.
#[derive(Default)]
pub struct Source {
    /// Its path below `src`.
    pub path: String,
    /// All lines, tests too.
    pub lines: usize,
    /// Whether it begins with prose.
    pub has_head: bool,
    /// Every word of the code: no comments, no texts.
    pub words: BTreeSet<String>,
    /// Its functions, with their lines.
    pub functions: Vec<(String, usize)>,
    /// The tables that it writes, and words in the position of a table; `?` and the words if the table is unknown.
    pub writes: BTreeSet<String>,
    /// Types that it makes parameters of handlers.
    pub extractors: BTreeSet<String>,
    /// Types that export and erase the feature's personal data.
    pub personal: BTreeSet<String>,
    module: Vec<String>,
    imports: Vec<Import>,
    paths: BTreeSet<Vec<String>>,
    items: BTreeSet<String>,
    children: BTreeSet<String>,
    macros: BTreeSet<String>,
}

/// A name that `use` brings into a file; `*` is all of a module.
struct Import {
    path: Vec<String>,
    name: String,
    is_handed_on: bool,
}

/// A file names something of another.
pub struct Edge {
    /// The file that names.
    pub from: String,
    /// The file that defines it, or that hands it on.
    pub to: String,
    /// The name, from the root of the crate.
    pub name: String,
    /// Whether it is a re-export (`pub use`).
    pub is_handed_on: bool,
}

/// The source as a whole.
pub struct Tree {
    /// Every file.
    pub files: Vec<Source>,
    /// Who names what.
    pub edges: Vec<Edge>,
    modules: BTreeMap<Vec<String>, usize>,
    macros: BTreeMap<String, usize>,
}

/// Where a path leads to.
struct Target {
    file: usize,
    /// Whether it names the module, and nothing in it.
    is_module: bool,
}

impl Tree {
    /// Reads files: their paths below `src`, and their texts.
    pub fn read(sources: &[(String, String)]) -> Self {
        let mut untested = BTreeSet::new();
        let read: Vec<Source> = sources.iter().map(|(path, text)| source(path, text, &mut untested)).collect();
        let is_test = |module: &[String]| (1..=module.len()).any(|length| untested.contains(&module[..length]));
        let files: Vec<Source> = read.into_iter().filter(|file| !is_test(&file.module)).collect();
        let modules = files.iter().enumerate().map(|(at, file)| (file.module.clone(), at)).collect();
        let macros = files.iter().enumerate();
        let macros = macros.flat_map(|(at, file)| file.macros.iter().map(move |name| (name.clone(), at))).collect();
        let mut tree = Self { files, edges: Vec::new(), modules, macros };
        tree.edges = tree.files.iter().flat_map(|file| tree.edges_of(file)).collect();
        tree
    }

    /// The file of this path.
    pub fn file(&self, path: &str) -> &Source {
        self.files.iter().find(|file| file.path == path).unwrap()
    }

    fn edges_of(&self, file: &Source) -> Vec<Edge> {
        let imports = file.imports.iter().map(|import| (&import.path, import.is_handed_on, import.name == "*"));
        let named = imports.chain(file.paths.iter().map(|path| (path, false, false)));
        let mut edges = Vec::new();
        for (path, is_handed_on, is_glob) in named {
            let Some(path) = Self::absolute(file, path, 0) else { continue };
            let Some(target) = self.resolve(&path, 0) else { continue };
            // A file that names only a module names the items in it elsewhere.
            if target.is_module && !is_glob {
                continue;
            }
            let through = path.get(..1).and_then(|top| self.modules.get(top)).copied();
            let through = through.filter(|&top| top_of(&self.files[top].path) != top_of(&self.files[target.file].path));
            for to in [Some(target.file), through].into_iter().flatten() {
                let to = &self.files[to];
                if to.path != file.path && !to.module.is_empty() {
                    let (from, to, name) = (file.path.clone(), to.path.clone(), path.join("::"));
                    edges.push(Edge { from, to, name, is_handed_on });
                }
            }
        }
        edges
    }

    /// A path from the root of the crate; none where it leads out of it.
    fn absolute(file: &Source, path: &[String], depth: usize) -> Option<Vec<String>> {
        let (first, rest) = path.split_first()?;
        let mut base = file.module.clone();
        match first.as_str() {
            "crate" | "portal" => return Some(rest.to_vec()),
            "self" => return Some([base, rest.to_vec()].concat()),
            "super" => {
                let ups = path.iter().take_while(|name| *name == "super").count();
                base.truncate(base.len().saturating_sub(ups));
                return Some([base, path[ups..].to_vec()].concat());
            }
            _ => {}
        }
        let import = file.imports.iter().find(|import| import.name == *first && import.path.first() != Some(first));
        match import {
            Some(_) if depth == DEEPEST => None,
            Some(import) => Some([Self::absolute(file, &import.path, depth + 1)?, rest.to_vec()].concat()),
            None if file.children.contains(first) || (file.items.contains(first) && !rest.is_empty()) => {
                Some([base, path.to_vec()].concat())
            }
            None => None,
        }
    }

    /// The file that defines the item of a path; the last file of the path if a macro makes the item.
    fn resolve(&self, path: &[String], depth: usize) -> Option<Target> {
        let mut module = Vec::new();
        for (at, name) in path.iter().enumerate() {
            let deeper = [module.clone(), vec![name.clone()]].concat();
            if self.modules.contains_key(&deeper) {
                module = deeper;
                continue;
            }
            if let Some(&file) = self.macros.get(name).filter(|_| module.is_empty()) {
                return Some(Target { file, is_module: false });
            }
            let file = *self.modules.get(&module)?;
            let elsewhere = if depth == DEEPEST { None } else { self.handed_on(file, name, &path[at + 1..], depth) };
            return Some(elsewhere.unwrap_or(Target { file, is_module: false }));
        }
        self.modules.get(&module).map(|&file| Target { file, is_module: true })
    }

    /// Where a name leads to that a file has from elsewhere; none where it is its own.
    fn handed_on(&self, file: usize, name: &str, rest: &[String], depth: usize) -> Option<Target> {
        let source = &self.files[file];
        if source.items.contains(name) {
            return None;
        }
        if let Some(import) = source.imports.iter().find(|import| import.name == name) {
            let path = Self::absolute(source, &import.path, depth + 1)?;
            return self.resolve(&[path, rest.to_vec()].concat(), depth + 1);
        }
        let globs = source.imports.iter().filter(|import| import.name == "*" && import.is_handed_on);
        let mut modules =
            globs.filter_map(|glob| self.resolve(&Self::absolute(source, &glob.path, depth + 1)?, depth + 1));
        modules.find(|target| self.files[target.file].items.contains(name))
    }
}

/// The module at the top of the tree that a file belongs to.
pub fn top_of(path: &str) -> &str {
    path.split('/').next().unwrap().trim_end_matches(".rs")
}

/// The module that a file is: `["mail", "sender"]`.
pub fn module_of(path: &str) -> Vec<String> {
    let mut module: Vec<String> = path.trim_end_matches(".rs").split('/').map(str::to_owned).collect();
    if module.last().is_some_and(|name| name == "mod") || path == "lib.rs" {
        module.pop();
    }
    module
}

/// The last part of a path.
pub fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap()
}

fn source(path: &str, text: &str, untested: &mut BTreeSet<Vec<String>>) -> Source {
    let module = module_of(path);
    let tokens = TokenStream::from_str(text).unwrap_or_else(|error| panic!("{path}: {error}"));
    let mut dropped = BTreeSet::new();
    let tokens = without_tests(tokens, &mut dropped);
    untested.extend(dropped.into_iter().map(|name| [module.clone(), vec![name]].concat()));
    let mut flat = Vec::new();
    flatten(tokens.clone(), &mut flat);
    let file: syn::File = syn::parse2(tokens).unwrap_or_else(|error| panic!("{path}: {error}"));
    let mut source = Source {
        path: path.to_owned(),
        lines: text.lines().count(),
        has_head: text.starts_with("//! "),
        words: flat.iter().filter_map(Token::word).map(str::to_owned).collect(),
        paths: paths(&flat),
        module,
        ..Source::default()
    };
    declare(&mut source, &file.items);
    source.visit_file(&file);
    let is_diesels = |name: &str| {
        let import = source.imports.iter().find(|import| import.name == name);
        import.is_some_and(|import| import.path.first().is_some_and(|first| first == "diesel"))
    };
    source.writes = writes(&flat, is_diesels);
    source
}

/// Notes the names that these items give to the file.
fn declare(source: &mut Source, items: &[Item]) {
    for item in items {
        let name = match item {
            Item::Const(item) => &item.ident,
            Item::Enum(item) => &item.ident,
            Item::Fn(item) => &item.sig.ident,
            Item::Static(item) => &item.ident,
            Item::Struct(item) => &item.ident,
            Item::Trait(item) => &item.ident,
            Item::Type(item) => &item.ident,
            Item::Union(item) => &item.ident,
            Item::Mod(item) => {
                if let Some((_, items)) = &item.content {
                    declare(source, items);
                } else {
                    source.children.insert(item.ident.to_string());
                }
                continue;
            }
            Item::Macro(item) => {
                if let Some(name) = &item.ident {
                    source.macros.insert(name.to_string());
                } else {
                    let mut tokens = Vec::new();
                    flatten(item.mac.tokens.clone(), &mut tokens);
                    source.items.extend(declared(&tokens));
                }
                continue;
            }
            _ => continue,
        };
        source.items.insert(name.to_string());
    }
}

/// The types in the argument of a macro such as `text_enum!`.
fn declared(tokens: &[Token]) -> impl Iterator<Item = String> {
    tokens.windows(2).filter_map(|pair| match (pair[0].word()?, pair[1].word()?) {
        ("enum" | "struct" | "type", name) => Some(name.to_owned()),
        _ => None,
    })
}

impl Source {
    fn measure(&mut self, signature: &Signature, block: &Block) {
        let (first, last) = (signature.fn_token.span.start().line, block.brace_token.span.close().end().line);
        self.functions.push((signature.ident.to_string(), last - first + 1));
    }
}

impl<'ast> Visit<'ast> for Source {
    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        let is_handed_on = !matches!(item.vis, Visibility::Inherited);
        imports(&item.tree, &[], is_handed_on, &mut self.imports);
    }

    fn visit_item_fn(&mut self, item: &'ast ItemFn) {
        self.measure(&item.sig, &item.block);
        visit::visit_item_fn(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast ImplItemFn) {
        self.measure(&item.sig, &item.block);
        visit::visit_impl_item_fn(self, item);
    }

    fn visit_trait_item_fn(&mut self, item: &'ast TraitItemFn) {
        if let Some(block) = &item.default {
            self.measure(&item.sig, block);
        }
        visit::visit_trait_item_fn(self, item);
    }

    fn visit_item_impl(&mut self, item: &'ast ItemImpl) {
        let role = item.trait_.as_ref().and_then(|(_, path, _)| path.segments.last());
        if let (Some(role), Type::Path(itself)) = (role, &*item.self_ty) {
            let name = itself.path.segments.last().map(|name| name.ident.to_string());
            match role.ident.to_string().as_str() {
                "FromRequest" => self.extractors.extend(name),
                "PersonalData" => self.personal.extend(name),
                _ => {}
            }
        }
        visit::visit_item_impl(self, item);
    }
}

fn imports(tree: &UseTree, before: &[String], is_handed_on: bool, into: &mut Vec<Import>) {
    let with = |name: &syn::Ident| [before.to_vec(), vec![name.to_string()]].concat();
    let (path, name) = match tree {
        UseTree::Path(part) => return imports(&part.tree, &with(&part.ident), is_handed_on, into),
        UseTree::Group(group) => {
            for tree in &group.items {
                imports(tree, before, is_handed_on, into);
            }
            return;
        }
        UseTree::Glob(_) => (before.to_vec(), "*".to_owned()),
        UseTree::Name(it) if it.ident == "self" => (before.to_vec(), before.last().cloned().unwrap_or_default()),
        UseTree::Name(it) => (with(&it.ident), it.ident.to_string()),
        UseTree::Rename(it) if it.ident == "self" => (before.to_vec(), it.rename.to_string()),
        UseTree::Rename(it) => (with(&it.ident), it.rename.to_string()),
    };
    into.push(Import { path, name, is_handed_on });
}
