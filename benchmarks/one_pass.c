/* Every rule and factor in one pass over the columns, in C: what ranking could cost at least on this machine.

   It knows only what the benchmark's world holds. Written apart from the rules, so that it also checks them. */
#include <stdint.h>
#include <stdlib.h>

#define WORDS 11
#define UNKNOWN -1

struct offers {
  int64_t volunteers, experiences, credentials;
  const int8_t *status;
  const int32_t *credential_until;
  const int16_t *load, *capacity;
  const int32_t *away_from, *away_until, *last_matched, *order;
  const int32_t *strain;
  const int16_t *week_calls, *most_calls, *acute_places;
  const int8_t *talk_due, *resting;
  const int8_t *languages, *gender;
  const uint64_t *community;
  const int16_t *state, *case_type, *group, *relation, *trajectory;
  const uint64_t *subtypes;
  const int32_t *event_month;
  const int8_t *age_band, *child_gender;
  const int32_t *survivor_until;
  const int8_t *past;
  const int8_t *connected, *off_today;
  const uint64_t *off_case_type, *off_subtype, *off_trajectory, *off_state, *open, *starts;
};

struct need {
  int64_t today, case_type, group, relation, trajectory, subtypes, state, language, level, month, age_band;
  int64_t child_gender, weekly_calls, hurts_with, survivor, acute, experienced, gender, same_relation, outside_state, wished_gender;
  int64_t wished_community, active, probation, went_well;
  const int32_t *trajectory_value, *role_value; /* of the family's code; the last stands for UNKNOWN */
  int64_t trajectories, relations;
  const uint64_t *open, *starts;
  const int8_t *failed; /* by what was between the two */
};

struct found {
  int32_t score, row;
};

static int is_allowed(const struct offers *o, const struct need *n, int64_t v) {
  int64_t total = o->volunteers, k;
  if (o->status[v] != n->active && o->status[v] != n->probation) return 0;
  for (k = 0; k < o->credentials; k++)
    if (o->credential_until[k * total + v] < n->today + 30) return 0;
  if (o->load[v] >= o->capacity[v] || o->talk_due[v] || o->resting[v]) return 0;
  if (o->week_calls[v] + n->weekly_calls > o->most_calls[v] || (n->acute && o->acute_places[v] <= 0)) return 0;
  if (o->away_from[v] <= n->today && n->today <= o->away_until[v]) return 0;
  if (!o->languages[n->language * total + v]) return 0;
  int in_group = 0, related = 0, hurt = 0;
  for (k = 0; k < o->experiences; k++) {
    int64_t at = k * total + v;
    in_group |= o->group[at] == n->group && o->group[at] != UNKNOWN;
    related |= o->relation[at] == n->relation && o->relation[at] != UNKNOWN;
    if (o->trajectory[at] != UNKNOWN)
      hurt |= n->hurts_with >> o->trajectory[at] & 1;
    else
      hurt |= (o->case_type[at] != UNKNOWN || o->relation[at] != UNKNOWN) && n->hurts_with;
  }
  if (!in_group || hurt || (n->same_relation && !related)) return 0;
  if (n->gender >= 0 && o->gender[v] != n->gender) return 0;
  if (o->off_today[v] || o->off_subtype[v] & (uint64_t)n->subtypes) return 0;
  if (o->off_case_type[v] >> n->case_type & 1 || o->off_trajectory[v] >> n->trajectory & 1) return 0;
  if (o->off_state[v] >> n->state & 1) return 0;
  if (o->connected[v] || n->failed[o->past[v]]) return 0;
  if (n->survivor && o->survivor_until[v] < n->today + 30) return 0;
  if (n->outside_state >= 0 && (o->state[v] == n->outside_state || o->state[v] == UNKNOWN)) return 0;
  if (o->status[v] == n->probation && (n->acute || n->experienced || o->load[v])) return 0;
  for (k = 0; k < WORDS; k++)
    if (o->starts[k * total + v] & n->starts[k]) return 1;
  return 0;
}

static int32_t known(int32_t value) { return value == UNKNOWN ? 500 : value; }

static int32_t of_experience(const struct offers *o, const struct need *n, int64_t at) {
  int32_t same = UNKNOWN, alike = UNKNOWN, since = UNKNOWN, child = UNKNOWN;
  if (o->case_type[at] != UNKNOWN) {
    int in_group = o->group[at] == n->group && o->group[at] != UNKNOWN;
    same = o->case_type[at] == n->case_type ? 1000 : in_group ? 500 : 0;
  }
  int64_t story = o->trajectory[at] < 0 ? n->trajectories : o->trajectory[at];
  int64_t role = o->relation[at] < 0 ? n->relations : o->relation[at];
  if (n->subtypes && o->subtypes[at])
    alike = 1000 * __builtin_popcountll(o->subtypes[at] & (uint64_t)n->subtypes) / __builtin_popcountll(n->subtypes);
  if (o->event_month[at] != UNKNOWN) {
    int64_t months = n->month - o->event_month[at];
    since = months < 18 ? 0 : months < 24 ? 700 : months <= 120 ? 1000 : 700;
  }
  if (o->age_band[at] != UNKNOWN && n->age_band != UNKNOWN) {
    int64_t apart = llabs(o->age_band[at] - n->age_band);
    child = apart == 0 ? 1000 : apart == 1 ? 500 : 0;
    int known_both = o->child_gender[at] != UNKNOWN && n->child_gender != UNKNOWN;
    if (known_both && o->child_gender[at] != n->child_gender) child = child * 7 / 10;
  }
  return 30 * known(same) + 15 * known(n->trajectory_value[story]) + 15 * known(n->role_value[role]) +
         10 * known(alike) + 8 * known(since) + 4 * known(child);
}

static int32_t score(const struct offers *o, const struct need *n, int64_t v) {
  static const int32_t fluency[] = {0, 300, 700, 1000};
  int64_t total = o->volunteers, k;
  int32_t closest = UNKNOWN, precedence = UNKNOWN, minutes = 0;
  uint64_t any = 0;
  for (k = 0; k < o->experiences; k++) {
    int64_t at = k * total + v;
    int32_t first = (o->group[at] == n->group && o->group[at] != UNKNOWN) + (o->group[at] != UNKNOWN);
    int32_t alike = of_experience(o, n, at);
    if (first > precedence || (first == precedence && alike > closest)) precedence = first, closest = alike;
  }
  for (k = 0; k < WORDS; k++) {
    minutes += 15 * __builtin_popcountll(o->open[k * total + v] & n->open[k]);
    any |= o->open[k * total + v];
  }
  int32_t hours = any ? (minutes < 600 ? minutes * 1000 / 600 : 1000) : 500;
  int32_t gender = n->wished_gender < 0 ? 1000
                   : o->gender[v] == UNKNOWN ? 500 : o->gender[v] == n->wished_gender ? 1000 : 0;
  uint64_t asked = (uint64_t)n->wished_community;
  int32_t community = !asked ? 1000 : !o->community[v] ? 500 : (o->community[v] & asked) == asked ? 1000 : 0;
  int8_t level = o->languages[n->language * total + v];
  int32_t language = fluency[level < n->level ? level : n->level];
  int32_t before = o->past[v] == n->went_well ? 1000 : 0;
  return (closest + 5 * hours + 4 * gender + 4 * community + 3 * language + 2 * before) / 100;
}

/* Whether the first stands before the second. */
static int is_before(const struct offers *o, struct found a, struct found b) {
  if (a.score != b.score) return a.score > b.score;
  int32_t carries_a = 100 * o->load[a.row] + o->strain[a.row], carries_b = 100 * o->load[b.row] + o->strain[b.row];
  if (carries_a != carries_b) return carries_a < carries_b;
  if (o->last_matched[a.row] != o->last_matched[b.row]) return o->last_matched[a.row] < o->last_matched[b.row];
  return o->order[a.row] < o->order[b.row];
}

/* The rows of the best, best first; returns how many there are. */
int64_t rank(const struct offers *o, const struct need *n, struct found *best, int64_t limit) {
  int64_t count = 0, v, at;
  for (v = 0; v < o->volunteers; v++) {
    if (!is_allowed(o, n, v)) continue;
    struct found here = {score(o, n, v), (int32_t)v};
    if (count == limit && !is_before(o, here, best[limit - 1])) continue;
    if (count < limit) count++;
    for (at = count - 1; at > 0 && is_before(o, here, best[at - 1]); at--) best[at] = best[at - 1];
    best[at] = here;
  }
  return count;
}
