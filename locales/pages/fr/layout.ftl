### La mise en page, et les éléments communs des pages.

layout-skip = Aller au contenu
layout-menu = Menu principal
layout-maintenance = Maintenance
layout-maintenance-until = Maintenance jusqu’au { DAY($until, $zone) }, { HOUR($until, $zone) } { ZONE($until, $zone) } environ : aucune modification n’est possible d’ici là ; la consultation reste possible.
layout-log-in = Se connecter
layout-log-out = Se déconnecter
layout-privacy = Utilisation de vos données
layout-docs = Pour les programmes : description de l’interface
layout-contact = Questions :
language-itself = Français
menu-home = Accueil
menu-directory = Annuaire
menu-members = Membres
menu-announcements = Annonces
menu-technologies = Technologies
menu-surveys = Enquêtes
menu-tasks = Tâches
menu-people = Personnes
menu-audit = Journal d’audit
menu-administration = Administration
form-error = Erreur :
form-cancel = Annuler
form-show-password = Afficher le mot de passe
form-problem = { $field } : { $problem }
form-chosen = { COUNT($count) ->
        [one] { $count } sélection
       *[other] { $count } sélections
    }
form-problems = { COUNT($count) ->
        [one] Il y a un problème
       *[other] Il y a { $count } problèmes
    }
failure-request = Si vous demandez de l’aide, indiquez ce numéro : { $id }
failure-second-factor = Configurer un second facteur
failure-without-query = Afficher cette page sans ces paramètres
failure-administration = Réservé à l’administration
    .body = Cette page est destinée au Secrétariat, à l’audit et à la coordination.
failure-not-kept = Vos saisies n’ont pas été enregistrées. Revenez en arrière dans le navigateur pour les retrouver.
failure-open-here = Ouvrir cette page depuis le portail
for-specialists = Pour les spécialistes
