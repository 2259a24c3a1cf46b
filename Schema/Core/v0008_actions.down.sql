DROP TABLE action_assignments;
DROP TABLE pending_actions;
DROP TABLE assistant_skills;
DROP TABLE assistants;
