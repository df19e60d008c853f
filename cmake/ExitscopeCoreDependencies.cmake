# Packages that programs must find to link with each library: one entry, the arguments of one find_package(). Read by
# our own build and, where the libraries are installed, by find_package(Exitscope).
set(exitscope_packages_base Threads "tl-expected CONFIG" ZLIB PkgConfig "HDF5 COMPONENTS C")
set(exitscope_packages_network "OpenCV CONFIG COMPONENTS core imgproc imgcodecs" "dnnl CONFIG" LibArchive JPEG PNG
    Protobuf "ONNX CONFIG")  # ONNX needs the target protobuf::libprotobuf
set(exitscope_packages_analysis "")
set(exitscope_packages_deploy "")

# Each library with those it stands on, lowest first.
set(exitscope_libraries_base base)
set(exitscope_libraries_network base network)
set(exitscope_libraries_analysis base analysis)
set(exitscope_libraries_deploy base network analysis deploy)

# After find_package(): targets for packages that bring none.
macro(exitscope_make_targets)
    if(PkgConfig_FOUND AND NOT TARGET PkgConfig::XXHASH)
        pkg_check_modules(XXHASH REQUIRED QUIET IMPORTED_TARGET libxxhash)
    endif()
    if(HDF5_FOUND AND NOT TARGET hdf5::hdf5)
        add_library(hdf5::hdf5 INTERFACE IMPORTED)
        target_include_directories(hdf5::hdf5 SYSTEM INTERFACE ${HDF5_C_INCLUDE_DIRS})
        target_link_libraries(hdf5::hdf5 INTERFACE ${HDF5_C_LIBRARIES})
        target_compile_definitions(hdf5::hdf5 INTERFACE ${HDF5_C_DEFINITIONS})
    endif()
endmacro()
