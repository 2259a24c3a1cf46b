DROP TABLE action_skills;
DROP TABLE action_offers;
DROP TABLE action_assignments;
DROP TABLE pending_actions;
DROP TABLE action_kind_skills;
DROP TABLE action_kinds;
DROP TABLE assistant_skills;
DROP TABLE assistants;
