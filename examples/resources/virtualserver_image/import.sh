# By namespace and name of the DataVolume, the DataImportCron, or a claim without either.
terraform import virtualserver_image.ubuntu default/ubuntu-2404
