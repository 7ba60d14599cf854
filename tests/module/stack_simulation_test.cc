// Compares what jwtctl says a stack does with what the libpam of this host does. The stacks are
// random, but the same in each run; their modules return what the rules say.
#include "jwtctl/stack/stack_simulation.h"

#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "module/pam_session.h"
#include "support/expect.h"

namespace pamjwt::ctl {
namespace {

using test::PamSession;
using test::ProbeLine;
using test::Sandbox;

constexpr int kStacks = 800;
constexpr int kMostCodes = 31;  // the last one, PAM_INCOMPLETE, is for applications that wait

/// The codes that an application gets in one transaction.
struct Codes {
  int auth;
  int cred_after_auth;
  int cred_alone;
  int account;

  bool operator==(const Codes&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Codes& codes) {
  return out << "auth " << codes.auth << ", setcred " << codes.cred_after_auth << ", setcred alone "
             << codes.cred_alone << ", account " << codes.account;
}

class SimulationTest : public testing::Test {
 protected:
  SimulationTest() {
    sandbox_.MakeDirectory("pam.d");
    Write("service", ProbeLine("auth", "[success=1]", "cred=0") +
                         ProbeLine("auth", "required", "cred=7") +
                         ProbeLine("auth", "optional", "cred=25"));
    const bool agree = PamSession(sandbox_, "service", "nobody").SetCredentials() == PAM_SUCCESS;
    jumps_ = agree ? SetCredJumps::kAgree : SetCredJumps::kAreSilent;
  }

  void Write(const std::string& name, const std::string& text) const {
    sandbox_.WriteStack(name, text);
  }

  /// Returns the path for an include: libpam 1.5 looks for a plain name in /etc/pam.d.
  [[nodiscard]] std::string Path(const std::string& name) const {
    return sandbox_.Path("pam.d/" + name);
  }

  [[nodiscard]] Codes ByLibpam() const {
    PamSession session(sandbox_, "service", "nobody");
    const int auth = session.Authenticate();
    const int cred = session.SetCredentials();
    PamSession other(sandbox_, "service", "nobody");
    const int alone = other.SetCredentials();
    return {auth, cred, alone, other.CheckAccount()};
  }

  [[nodiscard]] Codes BySimulation() const {
    const std::vector<StackEntry> auth = Entries("auth");
    const std::vector<StackEntry> account = Entries("account");
    const StackEnd end = RunStack(auth, Says("auth="));
    const StackCodes none;
    return {end.code, RunToEnd({auth, end.codes, jumps_}, auth, Says("cred=")),
            RunToEnd({auth, none, jumps_}, auth, Says("cred=")),
            RunStack(account, Says("account=")).code};
  }

  void ExpectAgreement() const {
    const Codes simulated = BySimulation();
    EXPECT_EQ(simulated, ByLibpam()) << sandbox_.Read("pam.d/service");
  }

  Sandbox sandbox_;
  SetCredJumps jumps_ = SetCredJumps::kAreSilent;  ///< how the libpam of this host takes jumps

 private:
  [[nodiscard]] std::vector<StackEntry> Entries(std::string_view type) const {
    const auto read = [this](const std::string& name) -> Result<std::string> {
      const std::string path = name.starts_with('/') ? name : sandbox_.Path("pam.d/" + name);
      if (path == Path("absent")) return Error{Reason::kConfigInvalid, "absent"};
      return sandbox_.Read(path.substr(sandbox_.Path().size() + 1));
    };
    Result<std::vector<StackEntry>> entries = ReadEntries("service", type, read);
    EXPECT_TRUE(test::Accepted(entries)) << sandbox_.Read("pam.d/service");
    return std::move(entries).value();
  }

  /// Returns a function that returns the number behind `phase` in the options of a rule, or
  /// libpam's code for a missing module if the rule has no such option.
  static std::function<int(const StackEntry&)> Says(std::string phase) {
    return [phase = std::move(phase)](const StackEntry& entry) {
      for (const std::string& option : entry.options) {
        if (option.starts_with(phase)) return std::stoi(option.substr(phase.size()));
      }
      return static_cast<int>(kPamModuleUnknown);
    };
  }
};

/// A maker of random rules. Equal seeds make equal rules on every host.
class StackMaker {
 public:
  explicit StackMaker(unsigned seed) : random_(seed) {}

  /// Returns rules of both types. They may include the files `parts`.
  std::string Rules(const std::vector<std::string>& parts) {
    std::string rules;
    for (const char* const type : {"auth", "account"}) {
      for (int left = Below(6); left >= 0; --left) {
        rules += Rule(type, parts);
      }
    }
    return rules;
  }

 private:
  int Below(int end) { return static_cast<int>(random_() % static_cast<unsigned>(end)); }
  template <typename List>
  std::string OneOf(const List& list) {
    return std::string(list[static_cast<std::size_t>(Below(static_cast<int>(std::size(list))))]);
  }

  std::string Rule(const std::string& type, const std::vector<std::string>& parts) {
    if (!parts.empty() && Below(4) == 0) {
      return type + (Below(2) == 0 ? " include " : " substack ") + OneOf(parts) + "\n";
    }
    if (Below(20) == 0) return type + " " + Control() + " /absent/pam_module.so\n";
    return ProbeLine(type, Control(), "auth=" + Code() + " cred=" + Code() + " account=" + Code());
  }

  /// Returns a code, mostly one of those that modules return in practice.
  std::string Code() {
    constexpr int kUsual[] = {0, 0, 0, 7, 10, 25, 25};
    if (Below(3) == 0) return std::to_string(Below(kMostCodes));
    return std::to_string(kUsual[Below(static_cast<int>(std::size(kUsual)))]);
  }

  std::string Control() {
    constexpr const char* kWords[] = {"required", "requisite", "sufficient", "optional"};
    if (Below(2) == 0) return OneOf(kWords);
    std::string pairs;
    for (int left = Below(4); left >= 0; --left) {
      pairs += (pairs.empty() ? "" : " ") + Pair();
    }
    return "[" + pairs + "]";
  }

  /// Returns a pair of value and action. libpam allows blanks around the sign.
  std::string Pair() {
    constexpr const char* kSigns[] = {"=", "=", " =", "= ", "\t= "};
    constexpr const char* kUsual[] = {"success", "success", "ignore", "auth_err", "default"};
    const std::string value =
        Below(4) == 0 ? std::string(NameOfPamReturn(Below(kMostCodes))) : OneOf(kUsual);
    constexpr const char* kActions[] = {"ignore", "ok", "done", "bad", "die", "reset", "1", "2"};
    return value + OneOf(kSigns) + OneOf(kActions);
  }

  std::mt19937 random_;  // equal on every host, unlike the distributions of <random>
};

TEST_F(SimulationTest, AgreesWithLibpamOnStacksMadeAtRandom) {
  for (unsigned seed = 0; seed < kStacks && !HasFailure(); ++seed) {
    StackMaker maker(seed);
    Write("inner", maker.Rules({}));
    Write("part", maker.Rules({Path("inner"), Path("inner"), Path("absent")}));
    Write("service", maker.Rules({Path("part"), Path("part"), Path("inner"), Path("absent")}));
    ExpectAgreement();
  }
}

TEST_F(SimulationTest, AgreesWithLibpamOnHowAControlIsWritten) {
  for (const char* const control : {"[success=ok default=ignore]",
                                    "[ success = ok  default = ignore ]",
                                    "success=ok",
                                    "[success=okdefault=ignore]",
                                    "[success=okay]",
                                    "[default=ignore success=ok]",
                                    "[default=ignore default=ok]",
                                    "[success=ok default=0]",
                                    "[success=0]",
                                    "[succes=ok]",
                                    "[SUCCESS=ok default=ignore]",
                                    "[success=OK]",
                                    "[success=ok",
                                    "[]",
                                    "REQUIRED",
                                    "Optional",
                                    "[required]",
                                    "[Sufficient]",
                                    "[ required]",
                                    "[success = 1 default=ignore]",
                                    "[success\t=\t1 default=ignore]",
                                    "[default=ignoresuccess=1]",
                                    "[success=ok \\] default=ignore]",
                                    "[[success=ok]",
                                    "[success=1]",
                                    "[success=007]",
                                    "[default=1 success=reset]",
                                    "mandatory"}) {
    for (const char* const code : {"0", "7", "25", "12"}) {
      Write("service", ProbeLine("auth", control, std::string("auth=") + code + " cred=" + code) +
                           ProbeLine("auth", "optional", "auth=0 cred=0") +
                           ProbeLine("account", "required", "account=0"));
      if (std::string_view(control) == "[success=ok")
        continue;  // the rest of the line is not a rule
      ExpectAgreement();
    }
  }
}

TEST_F(SimulationTest, AgreesWithLibpamOnHowARuleIsWritten) {
  const std::string probe = PAMJWT_PROBE;
  const std::vector<std::string> rules = {"-auth required " + probe + " auth=7 cred=0",
                                          "[auth] [required] [" + probe + "] [auth=7] cred=0",
                                          "[-AUTH] requisite " + probe + " auth=7 cred=0",
                                          "auth [success=ok]" + probe + " auth=7 cred=0",
                                          "\t auth \\\n required \\  \n" + probe + " auth=7 cred=0",
                                          "auth required " + probe + " auth=7 cred=0 # auth=0",
                                          "auth required " + probe + " auth=25 cred=0 # \\",
                                          "auth [include] " + Path("part"),
                                          "AUTH SubStack " + Path("part") + " more",
                                          "-@include " + Path("part") + " more",
                                          "[@INCLUDE] [" + Path("part") + "]",
                                          "#auth required " + probe + " auth=7 \\"};
  for (const std::string& rule : rules) {
    Write("part", ProbeLine("auth", "required", "auth=10 cred=0"));
    Write("service", rule + "\n" + ProbeLine("auth", "required", "auth=0 cred=0") +
                         ProbeLine("account", "required", "account=0"));
    ExpectAgreement();
  }
}

TEST_F(SimulationTest, AgreesWithLibpamOnWhatStandsInTheDocumentation) {
  for (const char* const first :
       {"[success=done ignore=ignore default=die]",
        "[success=done ignore=ignore cred_insufficient=ignore service_err=ignore "
        "module_unknown=ignore default=die]",
        "requisite"}) {
    for (int code = 0; code < kMostCodes; ++code) {
      for (const char* const cred : {"0", "25"}) {
        Write("service",
              ProbeLine("auth", first, "auth=" + std::to_string(code) + " cred=" + cred) +
                  "auth include " + Path("part") + "\naccount include " + Path("part") + "\n");
        Write("part", ProbeLine("auth", "[success=1 default=ignore]", "auth=7 cred=0") +
                          ProbeLine("auth", "requisite", "auth=7 cred=17") +
                          ProbeLine("auth", "required", "auth=0 cred=0") +
                          ProbeLine("account", "required", "account=0"));
        ExpectAgreement();
      }
    }
  }
}

}  // namespace
}  // namespace pamjwt::ctl
