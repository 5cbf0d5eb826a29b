# By namespace and name of the DataVolume or the DataImportCron.
terraform import virtualserver_image.ubuntu default/ubuntu-2404
