// The logins whose files grow: keys, accounts and denials.

#include <cstddef>
#include <string>

#include "bench/denylist_text.h"
#include "bench/key_file_text.h"
#include "bench/key_set_text.h"
#include "bench/login_setup.h"

namespace pamjwt::bench {
namespace {

constexpr int kMapLines = 20'000;
constexpr std::size_t kFleetEntries = 100'000;

/// Returns a map file whose values begin with all letters in turn. The subject of the tokens is in
/// its last line, so that all lines are read.
std::string MapText(const std::string& account) {
  std::string text;
  for (int i = 1; i < kMapLines; ++i) {
    const std::string name = static_cast<char>('a' + i % 26) + std::to_string(100'000'000 + i);
    text += name + "@example.com " + name + "\n";
  }
  return text + kUserName + " " + account + "\n";
}

/// Returns a rule that looks a claim up in a map file.
std::string MapRule(const std::string& claim, const std::string& file) {
  return "claim = \"" + claim + "\"\nmap_file = \"" + file + "\"\n";
}

}  // namespace

void LoginSetup::AddGrowth() {
  AddKeyFile(1, 1, "pam_jwt RS256, keys.jsonl: 1 key");
  AddKeyFile(1000, 300, "pam_jwt RS256, keys.jsonl: 1000 keys");
  AddKeySet(1, "pam_jwt RS256, jwks_file: 1 key");
  AddKeySet(1000, "pam_jwt RS256, jwks_file: 1000 keys");
  AddMapFiles();
  const std::string denial = "{\"account\":\"somebody-else\",\"since\":1}\n";
  AddDenylist("deny-one", "{\"format\":1}\n" + denial, "pam_jwt RS256, denylist");
  AddDenylist("deny-full", FullDenylistText(kIssuer), "pam_jwt RS256, denylist of 1 MiB");
  scratch_.Write("deny-fleet/fleet.jsonl", FleetListText(kIssuer, kFleetEntries));
  AddDenylist("deny-fleet", "{\"format\":1,\"fleet\":\"deny\"}\n" + denial,
              "pam_jwt RS256, list of the fleet: 100000 entries");
}

/// Adds a login with a key file. No daemon runs, because the key is in the file and the module does
/// not ask for it.
void LoginSetup::AddKeyFile(std::size_t keys, std::size_t issuers, const std::string& name) {
  const std::string service = "keys-of-" + std::to_string(issuers);
  const std::string file = scratch_.Write(
      service + ".jsonl", KeyFileText({kIssuer, scratch_.Read(rs256_.KeySet())}, keys, issuers));
  WriteJwtService(service,
                  "[keys]\nfile = \"" + file + "\"\n\n" + rs256_.Configuration("", RuleFor(user_)));
  AddTokenLogin(name, service);
}

void LoginSetup::AddKeySet(std::size_t keys, const std::string& name) {
  const std::string service = "set-of-" + std::to_string(keys);
  const std::string file =
      scratch_.Write(service + ".json", KeySetText(scratch_.Read(rs256_.KeySet()), keys));
  WriteJwtService(service, rs256_.Configuration("jwks_file = \"" + file + "\"\n", RuleFor(user_)));
  AddTokenLogin(name, service);
}

/// Adds a login with a map file, and one where three rules name this file.
void LoginSetup::AddMapFiles() {
  const std::string file = scratch_.Write("accounts", MapText(user_));
  const std::string rule = MapRule("preferred_username", file);
  WriteJwtService("map", rs256_.Configuration(rs256_.KeySetLine(), rule));
  AddTokenLogin("pam_jwt RS256, map file: 20000 lines", "map");
  std::string rules;
  for (const std::string claim : {"azp", "sub"}) {
    rules += MapRule(claim, file) + "\n[[issuer.staff.account]]\n";
  }
  WriteJwtService("map-3", rs256_.Configuration(rs256_.KeySetLine(), rules + rule));
  AddTokenLogin("pam_jwt RS256, map file in three rules", "map-3");
}

/// Adds a login with a denylist in a directory of its own, which has the name of the service.
void LoginSetup::AddDenylist(const std::string& service, const std::string& denylist,
                             const std::string& name) {
  const std::string file = scratch_.Write(service + "/denied.jsonl", denylist);
  scratch_.SetMode(service, 0755);
  const std::string config =
      scratch_.Write(service + ".toml", rs256_.Configuration(rs256_.KeySetLine(), RuleFor(user_)));
  WriteService(service + "-login",
               std::string(BENCH_MODULE) + " service=sshd config=" + config + " denylist=" + file);
  AddTokenLogin(name, service + "-login");
}

}  // namespace pamjwt::bench
