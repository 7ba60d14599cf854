#include "jwtctl/stack/known_modules.h"

#include <string_view>

#include <gtest/gtest.h>

namespace pamjwt::ctl {
namespace {

struct ModuleCase {
  std::string_view name;
  ModuleRole role;
  ModuleTrait trait;
};

// One module of each kind that the table has.
constexpr ModuleCase kCases[] = {
    {"pam_unix.so", ModuleRole::kVerifies, ModuleTrait::kIgnoresByOption},
    {"pam_u2f.so", ModuleRole::kVerifies, ModuleTrait::kNone},
    {"pam_access.so", ModuleRole::kDecides, ModuleTrait::kQuiet},
    {"pam_rhosts.so", ModuleRole::kDecides, ModuleTrait::kNone},
    {"pam_faillock.so", ModuleRole::kServes, ModuleTrait::kQuiet},
    {"pam_gnome_keyring.so", ModuleRole::kServes, ModuleTrait::kNone},
};

TEST(FindKnownModule, SaysWhatAModuleDoes) {
  for (const ModuleCase& test : kCases) {
    const KnownModule* const module = FindKnownModule(test.name);
    ASSERT_NE(module, nullptr) << test.name;
    EXPECT_EQ(module->name, test.name);
    EXPECT_EQ(module->role, test.role) << test.name;
    EXPECT_EQ(module->trait, test.trait) << test.name;
  }
}

TEST(FindKnownModule, KnowsNeitherAPathNorAPartOfAName) {
  EXPECT_NE(FindKnownModule("pam_unix.so"), nullptr);
  for (const char* const name : {"/lib/security/pam_unix.so", "pam_unix", "pam_unix.so.1", ""}) {
    EXPECT_EQ(FindKnownModule(name), nullptr) << name;
  }
}

TEST(FindKnownModule, DoesNotKnowModulesThatVerifyOnlyIfTheyAreSetUpForIt) {
  for (const char* const name : {"pam_duo.so", "pam_exec.so", "pam_timestamp.so", "pam_jwt.so"}) {
    EXPECT_EQ(FindKnownModule(name), nullptr) << name;
  }
}

TEST(HasRole, IsFalseForAnotherRoleAndForAModuleThatIsNotKnown) {
  EXPECT_TRUE(HasRole("pam_unix.so", ModuleRole::kVerifies));
  EXPECT_FALSE(HasRole("pam_unix.so", ModuleRole::kServes));
  EXPECT_FALSE(HasRole("pam_mycorp.so", ModuleRole::kVerifies));
}

TEST(HasTrait, IsFalseForAnotherTraitAndForAModuleThatIsNotKnown) {
  EXPECT_TRUE(HasTrait("pam_access.so", ModuleTrait::kQuiet));
  EXPECT_FALSE(HasTrait("pam_access.so", ModuleTrait::kIgnoresByOption));
  EXPECT_FALSE(HasTrait("pam_mycorp.so", ModuleTrait::kNone));
}

}  // namespace
}  // namespace pamjwt::ctl
