# What besides the programs is installed, and the Debian package that `scripts/package` builds.
# Installing does not build: what is installed needs no tests and benchmarks.
set(CMAKE_SKIP_INSTALL_ALL_DEPENDENCY ON)
set(EXITSCOPE_RELEASE_DATE "2026-01-01" CACHE STRING "Date of this version in the AppStream metadata")
install(FILES README.md CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY docs/ DESTINATION ${CMAKE_INSTALL_DOCDIR}/docs)
install(DIRECTORY samples/fashion_mnist DESTINATION ${CMAKE_INSTALL_DATADIR}/exitscope/samples)
install(FILES resources/man/exitscope-cli.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
if(EXITSCOPE_GUI)
    configure_file(resources/org.exitscope.Exitscope.metainfo.xml.in org.exitscope.Exitscope.metainfo.xml @ONLY)
    install(FILES resources/man/exitscope.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
    install(FILES resources/exitscope-mime.xml RENAME exitscope.xml DESTINATION ${CMAKE_INSTALL_DATADIR}/mime/packages)
    install(FILES ${CMAKE_CURRENT_BINARY_DIR}/org.exitscope.Exitscope.metainfo.xml
        DESTINATION ${CMAKE_INSTALL_DATADIR}/metainfo)
endif()

# The libraries for programs of others (docs/library.md): cmake --install BUILD --component dev. Not part of a full
# installation. One file of targets per library, so that find_package() loads only those that were asked for.
include(CMakePackageConfigHelpers)
set(package ${CMAKE_INSTALL_LIBDIR}/cmake/Exitscope)
foreach(library IN LISTS exitscope_libraries_deploy)
    install(TARGETS exitscope_${library} EXPORT Exitscope-${library} COMPONENT dev EXCLUDE_FROM_ALL)
    install(EXPORT Exitscope-${library} NAMESPACE Exitscope:: DESTINATION ${package} COMPONENT dev EXCLUDE_FROM_ALL)
endforeach()
install(DIRECTORY ${PROJECT_BINARY_DIR}/include/exitscope DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
    COMPONENT dev EXCLUDE_FROM_ALL)
# Before 1.0 a new minor version may change names.
write_basic_package_version_file(${PROJECT_BINARY_DIR}/ExitscopeConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES cmake/ExitscopeConfig.cmake cmake/ExitscopeCoreDependencies.cmake
    ${PROJECT_BINARY_DIR}/ExitscopeConfigVersion.cmake DESTINATION ${package} COMPONENT dev EXCLUDE_FROM_ALL)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME exitscope)
set(CPACK_PACKAGE_CONTACT "The Exitscope authors <exitscope@example.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# Plugins that no symbol asks for: the platform (X11, Wayland) and SVG icons.
set(CPACK_DEBIAN_PACKAGE_DEPENDS "qt6-qpa-plugins, libqt6svg6, fonts-dejavu-core | fonts-freefont-ttf")
# qt6-translations-l10n: Qt's own dialogs in the window's language.
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "dataset-fashion-mnist, qt6-translations-l10n")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "nodejs")
include(CPack)
