// CheckMapFile is declared in map_file.h.
#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "core/account/account_name.h"
#include "core/account/map_file.h"
#include "core/account/map_line.h"
#include "core/json/json.h"

namespace pamjwt {
namespace {

bool IsCapital(char c) {
  return c >= 'A' && c <= 'Z';
}

/// Checks whether the value has only letters, those of other alphabets too, -, _ and dots. Ids,
/// addresses and urls have other characters too.
bool IsPlainWord(std::string_view value) {
  return std::ranges::all_of(value, [](char c) {
    return (c >= 'a' && c <= 'z') || IsCapital(c) || c == '-' || c == '_' || c == '.' ||
           static_cast<unsigned char>(c) >= 0x80;
  });
}

class LineChecker {
 public:
  LineChecker(AccountNames names, const AccountExists& exists) : names_(names), exists_(exists) {}

  void Check(std::string_view line) {
    ++number_;
    const Result<std::optional<MapEntry>> read = ReadMapLine(line);
    if (!read.ok()) return Add(true, read.error().detail + ": the line gives nothing");
    if (!read.value().has_value()) return;
    const MapEntry& entry = *read.value();
    if (entry.accounts.empty()) Add(true, "a value without an account");
    for (const std::string_view account : entry.accounts) {
      if (!IsOneOf(names_, account)) Add(true, ShowBadName(account));
    }
    if (NamesOneTwice(entry)) {
      Add(false, ShowRead(entry) + ": an account is named twice");
    } else if (LooksLikeOneName(entry)) {
      Add(false, ShowRead(entry) + ": put a value of several words in quotes");
    }
  }

  std::vector<MapRemark> Take() && { return std::move(remarks_); }

 private:
  void Add(bool is_error, const std::string& text) {
    remarks_.push_back({is_error, "line " + std::to_string(number_) + ": " + text});
  }

  [[nodiscard]] std::string ShowBadName(std::string_view account) const {
    const bool is_for_any = names_ == AccountNames::kPosix && IsAnyAccountName(account);
    return "not a name that an account can have: " + std::string(account) +
           (is_for_any ? " (account_names = \"any\" of the issuer would allow it)" : "");
  }

  static std::string ShowRead(const MapEntry& entry) {
    std::string out = "read as the value " + QuoteJson(entry.value) + " and the account" +
                      (entry.accounts.size() == 1 ? "" : "s");
    for (const std::string_view account : entry.accounts) {
      out += " " + std::string(account);
    }
    return out;
  }

  static bool NamesOneTwice(const MapEntry& entry) {
    std::vector<std::string_view> accounts = entry.accounts;
    std::ranges::sort(accounts);
    return std::ranges::adjacent_find(accounts) != accounts.end();
  }

  /// Checks whether the words may be those of one value. In `Linux Admins deploy` the last word is
  /// an account, and the words before it may all be the value. In `Linux Admins` the account may
  /// have been forgotten.
  [[nodiscard]] bool LooksLikeOneName(const MapEntry& entry) const {
    if (entry.is_quoted || entry.accounts.empty() || !IsPlainWord(entry.value)) return false;
    const bool is_one = entry.accounts.size() == 1;
    const auto end = is_one ? entry.accounts.end() : entry.accounts.end() - 1;
    return std::any_of(entry.accounts.begin(), end, [&](std::string_view account) {
      const bool is_odd = !is_one || std::ranges::any_of(account, IsCapital);
      return is_odd && !exists_(account);
    });
  }

  AccountNames names_;
  const AccountExists& exists_;
  std::size_t number_ = 0;
  std::vector<MapRemark> remarks_;
};

}  // namespace

std::vector<MapRemark> CheckMapFile(std::string_view text, AccountNames names,
                                    const AccountExists& exists) {
  LineChecker checker(names, exists);
  std::vector<MapRemark> remarks;
  if (text.starts_with("\xEF\xBB\xBF")) {
    remarks.push_back({true, "line 1: a byte order mark, which counts as part of the value"});
  }
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    checker.Check(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  std::ranges::move(std::move(checker).Take(), std::back_inserter(remarks));
  return remarks;
}

}  // namespace pamjwt
