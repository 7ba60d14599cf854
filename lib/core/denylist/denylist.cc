#include "core/denylist/denylist.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/base/utc_time.h"
#include "core/json/json.h"

namespace pamjwt {
namespace {

/// The first lines, by the use of the fleet's list.
constexpr std::array<std::string_view, 3> kHeads = {
    R"({"format":1})", R"({"format":1,"fleet":"warn"})", R"({"format":1,"fleet":"deny"})"};

std::string_view HeadOf(FleetUse use) {
  return kHeads.at(static_cast<std::size_t>(use));
}

std::optional<FleetUse> ReadHead(std::string_view line) {
  for (const FleetUse use : {FleetUse::kNone, FleetUse::kWarn, FleetUse::kDeny}) {
    if (line == HeadOf(use)) return use;
  }
  return std::nullopt;
}

Error Damaged(std::string why) {
  return {Reason::kDenylistDamaged, std::move(why)};
}

/// Returns the time for people, or its seconds if it is in no year of four digits.
std::string Show(UnixTime time) {
  std::string text = FormatUtc(time);
  return text.empty() ? std::to_string(time.seconds) : text;
}

}  // namespace

Error ToError(const FoundDenial& found) {
  const Denial& denial = found.denial;
  const bool is_account = denial.kind == Denial::Kind::kAccount;
  std::string detail = std::string(Name(denial.kind)) + " " + QuoteJson(denial.value) +
                       " is denied since " + Show(denial.since);
  if (denial.before.has_value()) {
    detail += ", if issued before " + Show(*denial.before);
  }
  if (found.list == DenyingList::kFleet) {
    detail += ", by the list of the fleet";
  }
  return {is_account ? Reason::kAccountDenied : Reason::kTokenDenied, std::move(detail)};
}

Result<Denylist> Denylist::Parse(std::string_view text) {
  Denylist list = ParseReadable(text);
  Status whole = list.CheckWhole();
  if (!whole.ok()) return std::move(whole).error();
  return list;
}

Denylist Denylist::ParseReadable(std::string_view text) {
  Denylist list;
  list.has_head_ = false;
  list.entries_.reserve(text.size() / 128);  // lines have about 100 bytes
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    list.has_end_ = end != std::string_view::npos;
    text.remove_prefix(list.has_end_ ? end + 1 : text.size());
    const std::optional<FleetUse> use = number == 1 ? ReadHead(line) : std::nullopt;
    if (use.has_value()) {
      list.has_head_ = true;
      list.fleet_ = *use;
      continue;
    }
    Result<Denial> denial = ParseDenial(line);
    if (denial.ok()) {
      list.entries_.push_back(std::move(denial).value());
    } else {
      list.damaged_.push_back({list.entries_.size(), std::string(line)});
    }
  }
  return list;
}

std::string Denylist::ToText() const {
  std::string text = has_head_ ? std::string(HeadOf(fleet_)) + "\n" : "";
  auto damaged = damaged_.begin();
  const auto add_damaged = [&](std::size_t behind) {
    for (; damaged != damaged_.end() && damaged->behind <= behind; ++damaged) {
      text += damaged->text + "\n";
    }
  };
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    add_damaged(i);
    text += FormatDenial(entries_[i]);
  }
  add_damaged(entries_.size());
  const bool ends_in_a_line = !text.empty() && !text.ends_with("\n\n");
  if (!has_end_ && ends_in_a_line) text.pop_back();
  return text;
}

Status Denylist::CheckWhole() const {
  if (has_head_ && has_end_ && damaged_.empty()) return Ok();
  const std::vector<DenylistDamage> damage = FindDamage();
  std::string detail = "line " + std::to_string(damage.front().line) + ": " + damage.front().why;
  if (damage.size() > 1) {
    detail += ", and " + std::to_string(damage.size() - 1) + " more";
  }
  return Damaged(std::move(detail));
}

std::vector<DenylistDamage> Denylist::FindDamage() const {
  std::vector<DenylistDamage> damage;
  if (!has_head_) {
    damage.push_back({1, "must be " + std::string(HeadOf(FleetUse::kNone)), ""});
  }
  const std::size_t first = has_head_ ? 2 : 1;
  for (std::size_t i = 0; i < damaged_.size(); ++i) {
    const std::size_t line = first + damaged_[i].behind + i;
    if (line == 1) {
      damage.front().text = damaged_[i].text;  // in place of the head
    } else {
      damage.push_back({line, ParseDenial(damaged_[i].text).error().detail, damaged_[i].text});
    }
  }
  if (!has_end_) {
    const std::size_t last = first + entries_.size() + damaged_.size() - 1;
    damage.push_back({last, "does not end in a newline: lines behind it may be lost", ""});
  }
  return damage;
}

void Denylist::DropDamaged() {
  damaged_.clear();
  has_head_ = true;
  has_end_ = true;
}

bool Denylist::SetFleet(FleetUse use) {
  if (has_head_ && fleet_ == use) return false;
  fleet_ = use;
  has_head_ = true;
  return true;
}

bool Denylist::Add(Denial denial) {
  const auto same = std::find_if(entries_.begin(), entries_.end(),
                                 [&](const Denial& entry) { return IsSameThing(entry, denial); });
  if (same == entries_.end()) {
    entries_.push_back(std::move(denial));
    return true;
  }
  if (DeniesAllOf(*same, denial)) return false;
  *same = std::move(denial);
  return true;
}

bool Denylist::Remove(const Denial& denial) {
  const std::size_t before = entries_.size();
  for (std::size_t i = 0; i < entries_.size();) {
    if (!IsSameThing(entries_[i], denial)) {
      ++i;
      continue;
    }
    entries_.erase(entries_.begin() + static_cast<std::ptrdiff_t>(i));
    for (DamagedLine& line : damaged_) {
      if (line.behind > i) --line.behind;
    }
  }
  // If the first line stood behind a line that is gone now, it is the first line again.
  if (!has_head_ && !damaged_.empty() && damaged_.front().behind == 0) {
    const std::optional<FleetUse> use = ReadHead(damaged_.front().text);
    if (use.has_value()) {
      SetFleet(*use);
      damaged_.erase(damaged_.begin());
    }
  }
  return entries_.size() != before;
}

const Denial* Denylist::FindAccount(std::string_view account, const TokenFacts* token) const {
  const auto denies = [&](const Denial& entry) {
    return entry.kind == Denial::Kind::kAccount && entry.value == account &&
           CoversLogin(entry, token);
  };
  const auto found = std::find_if(entries_.begin(), entries_.end(), denies);
  return found == entries_.end() ? nullptr : &*found;
}

Result<const Denial*> Denylist::FindToken(const TokenFacts& token) const {
  std::optional<std::string> jti;  // computed for the first denial that needs it
  for (const Denial& entry : entries_) {
    if (entry.issuer != token.issuer || !CoversLogin(entry, &token)) continue;
    if (entry.kind == Denial::Kind::kSubject && entry.value == token.subject) return &entry;
    if (entry.kind == Denial::Kind::kKeyId && entry.value == token.kid) return &entry;
    if (entry.kind != Denial::Kind::kTokenId) continue;
    if (!jti.has_value()) {
      Result<std::string> name = TokenIdName(token);
      if (!name.ok()) return std::move(name).error();
      jti = std::move(name).value();
    }
    if (!jti->empty() && entry.value == *jti) return &entry;
  }
  return nullptr;
}

Result<const Denial*> Denylist::Find(std::string_view account, const TokenFacts* token) const {
  const Denial* const by_account = FindAccount(account, token);
  if (by_account != nullptr || token == nullptr) return by_account;
  return FindToken(*token);
}

}  // namespace pamjwt
