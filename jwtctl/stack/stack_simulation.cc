#include "jwtctl/stack/stack_simulation.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace pamjwt::ctl {
namespace {

using Kind = StackAction::Kind;

bool HasReset(const std::vector<StackEntry>& entries) {
  return std::any_of(entries.begin(), entries.end(), [](const StackEntry& entry) {
    const auto resets = [](const StackAction& action) { return action.kind == Kind::kReset; };
    return std::any_of(entry.actions.begin(), entry.actions.end(), resets);
  });
}

}  // namespace

StackWalk::StackWalk(const std::vector<StackEntry>& entries)
    : entries_(&entries), has_reset_(HasReset(entries)) {
  SkipSilent();
}

StackWalk::StackWalk(const std::vector<StackEntry>& entries, const StackCodes& codes,
                     SetCredJumps jumps)
    : entries_(&entries), has_reset_(HasReset(entries)), codes_(&codes), jumps_(jumps) {
  SkipSilent();
}

std::optional<std::size_t> StackWalk::Next() const {
  if (at_ == entries_->size()) return std::nullopt;
  return at_;
}

void StackWalk::Return(int code) {
  Apply(code);
  SkipSilent();
}

/// Goes on to the next entry that calls a module.
void StackWalk::SkipSilent() {
  while (at_ < entries_->size()) {
    EnterLevel();
    const StackEntry::Kind kind = (*entries_)[at_].kind;
    if (kind == StackEntry::Kind::kModule) return;
    if (kind == StackEntry::Kind::kSubstack) {
      ++at_;
    } else {
      Apply(kPamPermDenied);
    }
  }
}

/// Saves the state at the beginning of a substack, for the action reset.
void StackWalk::EnterLevel() {
  const std::size_t level = (*entries_)[at_].level;
  const bool is_new = level > level_;
  // A level that was left is not reset any more. Its saved state is dropped, so that walks which
  // differ in nothing else are equal.
  saved_.resize(level + 1);
  if (is_new && has_reset_) saved_[level] = state_;
  level_ = level;
}

void StackWalk::Apply(int code) {
  const StackEntry& entry = (*entries_)[at_];
  int deciding = code;
  if (codes_ != nullptr && at_ < codes_->size()) {
    deciding = (*codes_)[at_].value_or(code);
  }
  const auto index = static_cast<std::size_t>(deciding);
  Follow(index < kPamReturns ? entry.actions[index] : StackAction{}, code, deciding != code);
  ++at_;
}

void StackWalk::Follow(const StackAction& action, int code, bool is_replayed) {
  switch (action.kind) {
    case Kind::kIgnore:
      return;
    case Kind::kReset:
      state_ = saved_[level_];
      return;
    case Kind::kOk:
      Agree(code, is_replayed);
      return;
    case Kind::kDone:
      Agree(code, is_replayed);
      if (state_.impression == Impression::kGood) EndLevel();
      return;
    case Kind::kBad:
      Object(code);
      return;
    case Kind::kDie:
      Object(code);
      EndLevel();
      return;
    case Kind::kJump:
      if (jumps_ == SetCredJumps::kAgree) Agree(code, is_replayed);
      Jump(action.jump);
      return;
  }
}

/// Takes a code as a success, unless a module has objected, or has agreed with a code that is not
/// PAM_SUCCESS: the first of these codes stays.
void StackWalk::Agree(int code, bool is_replayed) {
  const bool is_open = state_.impression == Impression::kNone ||
                       (state_.impression == Impression::kGood && state_.status == kPamSuccess);
  if (!is_open || (is_replayed && code == kPamIgnore)) return;
  state_ = {Impression::kGood, code};
}

/// Takes a code as an objection. The first objection stays.
void StackWalk::Object(int code) {
  if (state_.impression == Impression::kBad) return;
  state_ = {Impression::kBad, code == kPamIgnore ? int{kPamPermDenied} : code};
}

/// Passes over `count` entries of this level, where a substack with all its entries counts as one.
/// Stops at the last entry that is passed over.
void StackWalk::Jump(std::size_t count) {
  for (; count > 0 && HasNextAtLeast(level_); --count) {
    do {
      ++at_;
    } while (HasNextAtLeast(level_ + 1));
  }
  if (count > 0) state_ = {Impression::kBad, kPamPermDenied};  // over the end of the (sub)stack
}

/// Goes to the last entry of this level.
void StackWalk::EndLevel() {
  while (HasNextAtLeast(level_)) {
    ++at_;
  }
}

bool StackWalk::HasNextAtLeast(std::size_t level) const {
  return at_ + 1 < entries_->size() && (*entries_)[at_ + 1].level >= level;
}

int StackWalk::Result() const {
  const bool is_good = state_.impression == Impression::kGood;
  return state_.status == kPamSuccess && !is_good ? int{kPamPermDenied} : state_.status;
}

std::strong_ordering operator<=>(const StackWalk& a, const StackWalk& b) {
  return std::tie(a.at_, a.level_, a.state_, a.saved_) <=>
         std::tie(b.at_, b.level_, b.state_, b.saved_);
}

StackEnd RunStack(const std::vector<StackEntry>& entries,
                  const std::function<int(const StackEntry&)>& call) {
  StackCodes codes(entries.size());
  StackWalk walk(entries);
  for (auto next = walk.Next(); next.has_value(); next = walk.Next()) {
    codes[*next] = call(entries[*next]);
    walk.Return(*codes[*next]);
  }
  return {walk.Result(), std::move(codes)};
}

int RunToEnd(StackWalk walk, const std::vector<StackEntry>& entries,
             const std::function<int(const StackEntry&)>& call) {
  for (auto next = walk.Next(); next.has_value(); next = walk.Next()) {
    walk.Return(call(entries[*next]));
  }
  return walk.Result();
}

}  // namespace pamjwt::ctl
