//! Circular imports: between the modules at the top, and between the files of one.
//!
//! At the top, the handlers of a module (`routes.rs`, `guards.rs`, `pages.rs`) count separately from the rest of it: they take
//! requests for it, and may name features that are based on it. Within a module, the items of a folder's `mod.rs`
//! belong to all files of the folder: a file that names an item of its own folder is ordinary Rust and no circle.

use std::collections::{BTreeMap, BTreeSet};

use super::reader::{Edge, Tree, file_name, module_of, top_of};

/// For each file the files it names, with an example.
type Graph = BTreeMap<String, BTreeMap<String, String>>;

/// Whether a file of this path contains handlers.
pub fn is_handler(path: &str) -> bool {
    ["routes.rs", "guards.rs", "pages.rs"].contains(&file_name(path))
        || ["/pages/", "/guards/"].iter().any(|folder| path.contains(folder))
        || top_of(path) == "pages"
}

/// The parts of the portal are handed to every handler as one value, which `app` puts together. That ring is known.
pub fn is_portal(edge: &Edge) -> bool {
    is_handler(&edge.from) && (edge.name == "app::Portal" || edge.name.starts_with("app::Portal::"))
}

/// A node of a circle of top modules: `mail`, or `mail (routes)` for its handlers.
pub fn room(path: &str) -> String {
    match file_name(path) {
        "routes.rs" => format!("{} (routes)", top_of(path)),
        "guards.rs" => format!("{} (guards)", top_of(path)),
        _ if path.contains("/guards/") => format!("{} (guards)", top_of(path)),
        "pages.rs" => format!("{} (pages)", top_of(path)),
        _ if path.contains("/pages/") => format!("{} (pages)", top_of(path)),
        _ => top_of(path).to_owned(),
    }
}

/// Rings of top modules; arrows that are `allowed` are not followed.
pub fn between_tops(tree: &Tree, allowed: &[(&str, &str)]) -> Vec<String> {
    let mut graph = Graph::new();
    for edge in tree.edges.iter().filter(|edge| !is_portal(edge)) {
        let (from, to) = (room(&edge.from), room(&edge.to));
        if from != to && !allowed.contains(&(from.as_str(), to.as_str())) {
            note(&mut graph, from, to, edge);
        }
    }
    rings(&graph)
}

/// Circles of files within one top module. A re-export is no need of the file that has it.
pub fn within_tops(tree: &Tree) -> Vec<String> {
    let mut graph = Graph::new();
    for edge in tree.edges.iter().filter(|edge| top_of(&edge.from) == top_of(&edge.to) && !edge.is_handed_on) {
        if !module_of(&edge.from).starts_with(&module_of(&edge.to)) {
            note(&mut graph, edge.from.clone(), edge.to.clone(), edge);
        }
    }
    rings(&graph)
}

fn note(graph: &mut Graph, from: String, to: String, edge: &Edge) {
    graph.entry(from).or_default().entry(to).or_insert_with(|| format!("{} names {}", edge.from, edge.name));
}

/// Every circle once: its members and their names for each other.
fn rings(graph: &Graph) -> Vec<String> {
    let reached: BTreeMap<&str, BTreeSet<&str>> =
        graph.keys().map(|start| (start.as_str(), reached_from(graph, start))).collect();
    let mut found = BTreeSet::new();
    for (start, theirs) in &reached {
        let back = theirs.iter().copied().filter(|other| reached.get(other).is_some_and(|back| back.contains(start)));
        let ring: BTreeSet<&str> = back.collect();
        if !ring.is_empty() {
            found.insert(ring);
        }
    }
    found.into_iter().map(|ring| described(graph, &ring)).collect()
}

fn reached_from<'g>(graph: &'g Graph, start: &str) -> BTreeSet<&'g str> {
    let mut reached = BTreeSet::new();
    let mut next: Vec<&str> = graph.get(start).into_iter().flatten().map(|(to, _)| to.as_str()).collect();
    while let Some(node) = next.pop() {
        if reached.insert(node) {
            next.extend(graph.get(node).into_iter().flatten().map(|(to, _)| to.as_str()));
        }
    }
    reached
}

fn described(graph: &Graph, ring: &BTreeSet<&str>) -> String {
    let mut lines = vec![ring.iter().copied().collect::<Vec<_>>().join(", ")];
    for (from, all) in graph.iter().filter(|(from, _)| ring.contains(from.as_str())) {
        for (to, why) in all.iter().filter(|(to, _)| ring.contains(to.as_str())) {
            lines.push(format!("    {from} -> {to}: {why}"));
        }
    }
    lines.join("\n")
}
