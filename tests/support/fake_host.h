#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/login/host.h"
#include "support/pieces.h"

namespace pamjwt::test {

/// A host that is kept in memory and records what it is asked for.
class FakeHost : public LoginHost {
 public:
  std::map<std::string, std::vector<Jwk>> keys;   ///< by the name of the issuer
  std::map<std::string, UnixTime> fetched;        ///< by issuer, for those that need the daemon
  std::map<std::string, std::string> secrets;     ///< by the name of the issuer
  std::map<std::string, std::string> map_files;   ///< by path
  std::map<std::string, std::uint32_t> accounts;  ///< uid by name
  bool accounts_fail = false;                     ///< whether the look-up of an account fails
  Denylist denylist;                              ///< empty: nobody is denied
  DenyingList denying_list = DenyingList::kHost;  ///< the list that it is
  std::optional<Reason> denylist_fault;           ///< why the lists give no answer
  std::function<Result<Refreshed>()> on_refresh;  ///< empty: this host never asks the daemon
  std::function<Result<Redemption>()> on_redeem;  ///< empty: each token is new once
  std::set<std::string> redeemed;                 ///< "staff JTI 1800000630"
  std::vector<std::string> asked;                 ///< "keys staff", "account alice", ...

  Result<FoundKeys> FindKeys(const Issuer& issuer, const KeyQuery& /*query*/) override {
    asked.push_back("keys " + issuer.name);
    const auto found = keys.find(issuer.name);
    if (found == keys.end()) return Error{Reason::kKeysMissing, "no keys", issuer.jwks_file.at};
    const auto when = fetched.find(issuer.name);
    return FoundKeys{found->second,
                     when == fetched.end() ? std::nullopt : std::optional(when->second)};
  }

  Result<Refreshed> Refresh(const Issuer& issuer) override {
    asked.push_back("refresh " + issuer.name);
    return on_refresh ? on_refresh() : Refreshed{.asked = false};
  }

  Result<SecretString> ReadSecret(const Issuer& issuer) override {
    asked.push_back("secret " + issuer.name);
    const auto found = secrets.find(issuer.name);
    if (found == secrets.end()) return Error{Reason::kSecretUnusable, "no secret"};
    return SecretString(found->second);
  }

  Status ReadMapFile(const std::string& path, const TakePiece& take) override {
    asked.push_back("map " + path);
    const auto found = map_files.find(path);
    if (found == map_files.end()) return Error{Reason::kMapUnusable, "no map file"};
    GiveInPieces(found->second, 7, take);
    return Ok();
  }

  Result<std::optional<SystemAccount>> FindAccount(std::string_view name) override {
    asked.push_back("account " + std::string(name));
    if (accounts_fail) return Error{Reason::kInternal, "lookup failed"};
    const auto found = accounts.find(std::string(name));
    if (found == accounts.end()) return std::optional<SystemAccount>();
    return std::optional(SystemAccount{found->first, found->second});
  }

  Result<DenialAnswer> FindDenial(const DenialQuery& query) override {
    asked.emplace_back("denylist");
    if (denylist_fault.has_value()) return Error{*denylist_fault, "line 2: has no end"};
    DenialAnswer answer{std::nullopt, denylist.entries().size()};
    for (const TokenFacts* const token : {&query.token, query.login}) {
      if (token == nullptr || answer.denial.has_value()) continue;
      const Result<const Denial*> denial = denylist.Find(query.account, token);
      if (!denial.ok()) return denial.error();
      if (denial.value() != nullptr) answer.denial = FoundDenial{*denial.value(), denying_list};
    }
    return answer;
  }

  Result<Redemption> Redeem(const Issuer& issuer, const std::string& jti,
                            UnixTime expires) override {
    const std::string token = issuer.name + " " + jti + " " + std::to_string(expires.seconds);
    asked.push_back("redeem " + token);
    if (on_redeem) return on_redeem();
    return redeemed.insert(token).second ? Redemption::kFirst : Redemption::kUsedBefore;
  }
};

}  // namespace pamjwt::test
