-- The catalogue of directories in which a business can be listed, and their categories.
-- 13 categories with fixed ids are built in.

CREATE TABLE directory_categories (
    pk           INTEGER PRIMARY KEY,
    id           BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    slug         TEXT NOT NULL UNIQUE CHECK (slug <> ''),
    display_name TEXT NOT NULL,
    description  TEXT,
    icon         TEXT,
    sort_order   INTEGER NOT NULL DEFAULT 0,
    is_active    INTEGER NOT NULL DEFAULT 1 CHECK (is_active IN (0, 1)),
    metadata     TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(metadata)),
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL
) STRICT;

CREATE INDEX directory_categories_order ON directory_categories (sort_order) WHERE is_active = 1;

CREATE TABLE directories (
    pk                              INTEGER PRIMARY KEY,
    id                              BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    url_key                         TEXT NOT NULL UNIQUE CHECK (url_key <> ''),
    name                            TEXT NOT NULL CHECK (name <> ''),
    website                         TEXT NOT NULL,
    submission_url                  TEXT,
    category_id                     BLOB NOT NULL REFERENCES directory_categories (id) ON DELETE RESTRICT,
    domain_rating                   INTEGER DEFAULT 50 CHECK (domain_rating BETWEEN 0 AND 100),
    link_type                       TEXT NOT NULL DEFAULT 'unknown' CHECK (link_type <> ''),
    priority_tier                   TEXT NOT NULL DEFAULT 'medium' CHECK (priority_tier = 'high'
        OR priority_tier = 'medium' OR priority_tier = 'low'),
    pricing_model                   TEXT NOT NULL DEFAULT 'free' CHECK (pricing_model <> ''),
    price_minor                     INTEGER CHECK (price_minor >= 0),
    currency                        TEXT CHECK (currency GLOB '[A-Z][A-Z][A-Z]'),
    submission_difficulty           INTEGER NOT NULL DEFAULT 3 CHECK (submission_difficulty BETWEEN 1 AND 5),
    expected_approval_days          INTEGER NOT NULL DEFAULT 3 CHECK (expected_approval_days >= 0), -- as published, not measured
    description                     TEXT,
    submission_requirements         TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(submission_requirements)),
    form_fields                     TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(form_fields)),
    business_types                  TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(business_types)),
    features                        TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(features)),
    contact_info                    TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(contact_info)),
    is_active                       INTEGER NOT NULL DEFAULT 1 CHECK (is_active IN (0, 1)),
    last_verified_at                INTEGER,
    -- maintained from submissions, by their current status
    submission_count                INTEGER NOT NULL DEFAULT 0 CHECK (submission_count >= 0),
    delivered_count                 INTEGER NOT NULL DEFAULT 0 CHECK (delivered_count >= 0), -- submitted, under review or approved
    approved_count                  INTEGER NOT NULL DEFAULT 0 CHECK (approved_count >= 0),
    rejected_count                  INTEGER NOT NULL DEFAULT 0 CHECK (rejected_count >= 0),
    approval_time_sum_microseconds  INTEGER NOT NULL DEFAULT 0 CHECK (approval_time_sum_microseconds >= 0),
    approval_time_count             INTEGER NOT NULL DEFAULT 0 CHECK (approval_time_count >= 0),
    metadata                        TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(metadata)),
    created_at                      INTEGER NOT NULL,
    updated_at                      INTEGER NOT NULL,
    CHECK (price_minor IS NULL OR currency IS NOT NULL),
    CHECK (approved_count <= delivered_count AND delivered_count + rejected_count <= submission_count)
) STRICT;

CREATE INDEX directories_category ON directories (category_id, is_active, coalesce(domain_rating, -1));
CREATE INDEX directories_name ON directories (name);
CREATE INDEX directories_rating ON directories (is_active, coalesce(domain_rating, -1));
CREATE INDEX directories_tier ON directories (priority_tier, is_active, coalesce(domain_rating, -1));
CREATE INDEX directories_success ON directories
    (is_active, coalesce(approved_count * 1000000 / nullif(approved_count + rejected_count, 0), -1));

INSERT INTO directory_categories (id, slug, display_name, description, icon, sort_order, is_active, metadata, created_at, updated_at) VALUES
    (X'018CC251F40070008000000000000001', 'local_business', 'Local Business', NULL, NULL, 1, 1, '{}', 1704067200000000, 1704067200000000),
    (X'018CC251F40070008000000000000002', 'social_media', 'Social Media', NULL, NULL, 2, 1, '{}', 1704067200000000, 1704067200000000),
    (X'018CC251F40070008000000000000003', 'professional_services', 'Professional Services', NULL, NULL, 3, 1, '{}', 1704067200000000, 1704067200000000),
    (X'018CC251F40070008000000000000004', 'business_general', 'General Business', NULL, NULL, 4, 1, '{}', 1704067200000000, 1704067200000000),
    (X'018CC251F40070008000000000000005', 'home_services', 'Home Services', NULL, NULL, 5, 1, '{}', 1704067200000000, 1704067200000000),
    (X'018CC251F40070008000000000000006', 'legal', 'Legal', NULL, NULL, 6, 1, '{}', 1704067200000000, 1704067200000000),
    (X'018CC251F40070008000000000000007', 'healthcare', 'Healthcare', NULL, NULL, 7, 1, '{}', 1704067200000000, 1704067200000000),
    (X'018CC251F40070008000000000000008', 'real_estate', 'Real Estate', NULL, NULL, 8, 1, '{}', 1704067200000000, 1704067200000000),
    (X'018CC251F40070008000000000000009', 'restaurants', 'Restaurants', NULL, NULL, 9, 1, '{}', 1704067200000000, 1704067200000000),
    (X'018CC251F4007000800000000000000A', 'saas', 'SaaS', NULL, NULL, 10, 1, '{}', 1704067200000000, 1704067200000000),
    (X'018CC251F4007000800000000000000B', 'tech_startups', 'Tech Startups', NULL, NULL, 11, 1, '{}', 1704067200000000, 1704067200000000),
    (X'018CC251F4007000800000000000000C', 'finance', 'Finance', NULL, NULL, 12, 1, '{}', 1704067200000000, 1704067200000000),
    (X'018CC251F4007000800000000000000D', 'review_platforms', 'Review Platforms', NULL, NULL, 13, 1, '{}', 1704067200000000, 1704067200000000);
