"""The words shared by tables, rules, forms and templates."""
