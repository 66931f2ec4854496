### L’annuaire, les membres et les technologies.

## La recherche

page-directory = Annuaire
directory-q = Rechercher des personnes
    .hint = Une partie d’un nom, d’une fonction, d’une administration ou d’un numéro de téléphone, quelle que soit la graphie.
directory-search = Rechercher
directory-apply = Appliquer les filtres
directory-any = Toutes
directory-no-more = { $facet } (en choisir d’autres)
directory-facet-region = Région
directory-facet-role = Rôle
directory-facet-confirmation = Confirmation
directory-facet-member = Administration
directory-facet-language = Langues parlées
directory-facet-technology = Technologies connues
directory-filter-runs = Administration qui utilise : { $technology }
directory-filter-willing-true = Administration prête à en parler
directory-filter-willing-false = Administration qui ne souhaite pas en parler
directory-chosen = Filtres choisis
directory-remove = Retirer le filtre : { $filter }
directory-found = { COUNT($count) ->
        [one] { $count } contact
       *[other] { $count } contacts
    }
directory-nobody = Aucune personne trouvée. Essayez avec moins de mots ou moins de filtres.
directory-all = Afficher tous les contacts
directory-stale = Cette adresse appartenait à une recherche plus ancienne. Vous en voyez la première page.
directory-order = Ordre :
directory-order-name = par nom
directory-order-member = par administration
directory-order-updated = dernières modifications d’abord
directory-name = Nom
directory-role = Rôle
directory-member = Administration
directory-email = Adresse électronique
directory-phone = Téléphone
    .hint = Avec l’indicatif du pays, par exemple +221 33 800 00 00. Un numéro sans indicatif est admis, mais ne peut pas être appelé depuis d’autres pays.
directory-job-title = Fonction
directory-take-along = Télécharger ces contacts
directory-csv = Sous forme de tableau (CSV)
directory-xlsx = Sous forme de classeur (XLSX)
directory-vcf = Sous forme de vCards pour un carnet d’adresses
directory-address-book = Comment ajouter tout l’annuaire à un téléphone
directory-crumbs = Où vous êtes

## Un contact

directory-confirmed-at = Confirmé le
directory-updated-at = Dernière modification
directory-hidden-fields = Les champs que la personne ne vous montre pas n’apparaissent pas.
directory-card = Enregistrer comme vCard
directory-edit = Modifier cette fiche
directory-appointment = Mandat de ce contact
directory-colleagues = Tous les contacts de : { $member }
page-contact-edit = Modifier la fiche : { $name }
directory-edit-told = Si ce n’est pas votre propre fiche, la personne reçoit un courriel qui indique les champs modifiés.
directory-languages-hint = Par leurs noms, séparés par des virgules : français, wolof.
directory-audiences = Qui voit les champs
    .how = Pour une autre personne, vous pouvez seulement restreindre ce choix. Seuls les champs que vous voyez peuvent être modifiés.
directory-audience-unchanged = Laisser tel quel
directory-audience-members = Toute la communauté
directory-audience-region = La même région
directory-audience-organisation = La même administration
directory-audience-secretariat = Le Secrétariat seul
directory-save = Enregistrer les modifications
notice-contact-changed = { $name } : la fiche a été modifiée.

## Le carnet d’adresses

page-address-book = L’annuaire dans votre carnet d’adresses
address-book-what = Les téléphones et les logiciels de messagerie peuvent afficher les contacts de l’annuaire dans leur carnet d’adresses et les tenir à jour d’eux-mêmes (CardDAV).
address-book-token = Créez un jeton d’API qui peut lire la communauté et gardez sa page ouverte : le jeton n’est affiché qu’une fois.
address-book-to-tokens = Vos jetons d’API
address-book-account = Dans le téléphone ou le logiciel, ajoutez un compte de type CardDAV.
address-book-iphone = iPhone et iPad : Réglages, Contacts, Comptes, Ajouter un compte, Autre, Ajouter un compte CardDAV.
address-book-android = Android : une application telle que DAVx5, Ajouter un compte, avec adresse et nom d’utilisateur.
address-book-thunderbird = Thunderbird : Carnet d’adresses, Nouveau carnet d’adresses, Ajouter un carnet d’adresses CardDAV.
address-book-enter = Saisissez-y :
address-book-server = Serveur
address-book-user = Nom d’utilisateur
address-book-your-address = L’adresse électronique avec laquelle vous vous connectez
address-book-password = Mot de passe
address-book-password-is = Le jeton d’API, et non votre propre mot de passe
address-book-good-to-know = Bon à savoir
address-book-read-only = Le carnet d’adresses peut seulement être lu. Les fiches se modifient sur le portail.
address-book-visible = Il contient ce que vous pouvez voir dans l’annuaire, et rien d’autre.
address-book-lost = Si vous perdez l’appareil, révoquez aussitôt son jeton. Créez un jeton distinct pour chaque appareil.

## Les Membres

page-members = Membres
members-q = Rechercher un Membre
    .hint = N’importe quel nom ou code, dans toute langue et toute graphie.
members-search = Rechercher
members-by-region = Membres par région
members-by-region-on = Membres par région le { DAY($at, $zone) }
members-on = Membres à une autre date
members-on-show = Afficher ce jour
members-on-today = Afficher aujourd’hui
members-count = Membres
members-with-contact = Avec un contact
members-total = Toutes les régions
members-unions = { COUNT($count) ->
        [one] une union
       *[other] { $count } unions
    }
members-and-unions = { $members } et { $unions }
members-found = { COUNT($count) ->
        [one] { $count } Membre
       *[other] { $count } Membres
    }
members-all = Afficher tous les Membres
members-nobody = Aucun Membre trouvé. Essayez une autre graphie.
member-status-active = Normal
member-status-suspended = Suspendu
member-status-hidden = Masqué pour la communauté
members-code = Code
members-also-called = Autres noms
members-languages = Langues officielles
members-since = Membre depuis le
members-left = Membre jusqu’au
members-domains = Domaines du courrier officiel
members-contacts = Contacts
members-no-contact = Ce Membre n’a aucun contact dans l’annuaire.
members-no-adoption = Ce Membre n’a encore rien indiqué sur les technologies.
members-edit = Modifier ce Membre
members-to-history = Historique de ce Membre
page-member-edit = Modifier : { $member }
page-member-history = Historique : { $name } ({ $code })
members-history-what = Chaque modification, la plus récente d’abord, avec les valeurs que les champs modifiés avaient jusque-là.
members-no-history = Rien n’a encore été modifié.
members-no-region = Aucune
members-field-name-en = Nom anglais
members-field-name-fr = Nom français
members-field-aliases = Autres noms
    .hint = Un par ligne, suivi d’une barre et de sa langue si elle est connue, par exemple Ivory Coast | en
members-field-region = Région
members-field-languages = Langues officielles
members-field-default-language = Langue du courrier
    .hint = Dans laquelle on écrit aux personnes de ce Membre tant qu’elles n’en ont pas choisi une.
members-field-mail-domains = Domaines du courrier officiel
    .hint = Séparés par des virgules.
members-field-member-since = Jour de l’adhésion
members-field-left-on = Premier jour sans être Membre
    .hint = Vide tant qu’il est Membre.
members-field-status = Statut
    .hint = Un Membre suspendu est signalé dans les listes. Un Membre masqué n’est visible que pour le Secrétariat, avec ses contacts.
notice-member-changed = { $member } : les données ont été modifiées.

## Les organismes partenaires

page-partners = Organismes partenaires
    .caption = Organismes partenaires, par nom
    .none = Il n’y a aucun organisme partenaire ici.
    .body = Un organisme partenaire relève d’un Membre et répond à des enquêtes distinctes. La liste des Membres ne le contient pas.
members-partners = Organismes partenaires de ce Membre
link-partners = Tous les organismes partenaires
link-back-to-partner = Retour à l’organisme partenaire
th-belongs-to = Relève de
partner-ended = terminé
partner-since = Interrogé à partir du
    .hint = Premier jour où une édition interroge l’organisme. Vide s’il a toujours existé.
partner-until = N’est plus interrogé à partir du
    .hint = Les éditions qui s’ouvrent ce jour-là ou plus tard n’interrogent pas l’organisme. Vide tant qu’il est interrogé.
partner-status = Aucune édition n’interroge un organisme suspendu ou masqué. Un organisme masqué n’est visible que pour le Secrétariat, avec ses contacts.
partner-all-people = Toutes les personnes de cet organisme
partner-to-history = Historique de cet organisme
partner-people = Personnes
    .caption = Personnes et invitations en cours
    .none = Aucune personne n’est encore invitée.
partner-rounds = Éditions
    .caption = Éditions qui interrogent cet organisme
    .none = Aucune édition n’a encore interrogé cet organisme.
partner-new = Nouvel organisme partenaire
    .body = Ses personnes sont invitées ensuite. Les éditions d’enquêtes auprès des organismes partenaires interrogent l’organisme dès qu’il existe, si elles ouvrent plus tard.
    .button = Ajouter l’organisme
    .code = Lettres, chiffres, traits d’union et tirets bas, trois au moins, par exemple SN-PORT. Le code ne peut pas être modifié par la suite.
    .language = La langue de son Membre
partner-edit = Modifier : { $name }
    .body = Ce qui change est conservé dans l’historique de l’organisme.
    .button = Modifier l’organisme
partner-end = Mettre fin à l’organisme : { $name }
    .body = Aucune édition qui s’ouvre à partir de ce jour n’interroge l’organisme. Les éditions ouvertes se poursuivent, et les personnes de l’organisme conservent leur mandat tant que vous n’y mettez pas fin. Pour annuler, effacez le jour sur la page des modifications.
    .button = Mettre fin à l’organisme
notice-partner-added = { $name } : l’organisme est ajouté. Vous pouvez maintenant inviter ses personnes.
notice-partner-ends = { $name } : l’organisme n’est plus interrogé à partir du { DAY($at, $zone) }.

## Les technologies

page-technologies = Technologies
technologies-what = Ce que les Membres font de chaque technologie, selon leur coordination.
technologies-counts = Membres par technologie et par stade
technologies-technology = Technologie
technologies-focus = Priorité du projet
technologies-status = Stade
technologies-since = Depuis
    .hint = Une année, un mois ou un jour, par exemple 2024, 2024-05 ou 2024-05-31.
technologies-willing = Prêt à en parler
technologies-willing-to-talk = Nos collègues sont prêts à en parler
technologies-yes = Oui
technologies-people = Personnes qui connaissent cette technologie
technologies-talk = Personnes des Membres qui l’utilisent et sont prêts à en parler
technologies-members = Les Membres et leurs stades
technologies-nobody = Aucun Membre n’a encore rien indiqué sur cette technologie.
technologies-edit = Modifier les technologies
technologies-edit-how = Choisissez un stade pour chaque technologie que l’administration utilise ou prévoit. Les autres n’apparaissent pas dans les listes.
technologies-nothing = Aucune indication
page-adoption-edit = Technologies de : { $member }
notice-adoption-changed = { $member } : les indications sur les technologies ont été modifiées.
technology-status-none = Pas prévue
technology-status-considering = Envisagée
technology-status-planned = Prévue
technology-status-under_development = En développement
technology-status-in_use = Utilisée
technology-status-retired = Abandonnée
